import Foundation

/// Where a starting server listens, for whoever waits to know.
actor ServerAddress {
    private var port: Int?
    private var waiting: [CheckedContinuation<Int, Never>] = []

    func settle(_ port: Int) {
        self.port = port
        for continuation in self.waiting { continuation.resume(returning: port) }
        self.waiting = []
    }

    /// The address on loopback, once there is one.
    func url() async -> URL {
        let port: Int
        if let known = self.port {
            port = known
        } else {
            port = await withCheckedContinuation { self.waiting.append($0) }
        }
        var components = URLComponents()
        components.scheme = "http"
        components.host = "127.0.0.1"
        components.port = port
        return components.url ?? URL(filePath: "/")
    }
}
