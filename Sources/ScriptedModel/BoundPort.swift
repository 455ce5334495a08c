/// Hands the port of a starting server to whoever waits for it.
actor BoundPort {
    private var port: Int?
    private var isSettled = false
    private var waiting: [CheckedContinuation<Int?, Never>] = []

    /// `nil` says that there will be none.
    func set(_ port: Int?) {
        self.port = port
        self.isSettled = true
        for continuation in self.waiting { continuation.resume(returning: port) }
        self.waiting = []
    }

    func value() async -> Int? {
        if self.isSettled { return self.port }
        return await withCheckedContinuation { self.waiting.append($0) }
    }
}
