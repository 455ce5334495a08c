import Foundation

/// A server that answers its first requests with exactly the bytes that a test wrote, and then does as told.
final class RawServer: Sendable {
    enum End: Sendable {
        /// Closes the connection.
        case close
        /// Says nothing more and keeps the connection.
        case hold
    }

    let url: URL
    private let descriptor: Int32

    init(_ answer: String, then end: End) throws {
        self.descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = self.descriptor
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && listen(descriptor, 16) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isBound, let url = URL(string: "http://127.0.0.1:\(UInt16(bigEndian: address.sin_port))") else {
            throw POSIXError(.EADDRNOTAVAIL)
        }
        self.url = url
        // Ends when the listener is shut down.
        Thread.detachNewThread { Self.serve(descriptor, Array(answer.utf8), end) }
    }

    /// The head of an event stream, without a length.
    static let streamHead =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"

    /// The last chunk: what came before it is whole, and a connection that closes then takes nothing with it.
    static let end = "0\r\n\r\n"

    static func chunk(_ text: String) -> String {
        String(text.utf8.count, radix: 16) + "\r\n" + text + "\r\n"
    }

    /// The thread closes the listener: closed here, its number could be another server's when the thread accepts again.
    func stop() {
        shutdown(self.descriptor, Int32(SHUT_RDWR))
    }

    private static func serve(_ listener: Int32, _ answer: [UInt8], _ end: End) {
        var held: [Int32] = []
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { break }
            self.readRequest(connection)
            var sent = 0
            while sent < answer.count {
                let count = answer[sent...].withUnsafeBytes {
                    Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { break }
                sent += count
            }
            switch end {
            case .close: Foundation.close(connection)
            case .hold: held.append(connection)
            }
        }
        for connection in held { Foundation.close(connection) }
        Foundation.close(listener)
    }

    /// Reads the head and as much body as it announces.
    private static func readRequest(_ connection: Int32) {
        var request = ""
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            request += String(decoding: buffer[..<count], as: UTF8.self)
            guard let head = request.range(of: "\r\n\r\n") else { continue }
            let length =
                request[..<head.lowerBound].lowercased().components(separatedBy: "content-length: ").dropFirst().first
                .flatMap { Int($0.prefix { $0.isNumber }) } ?? 0
            if request[head.upperBound...].utf8.count >= length { return }
        }
    }
}
