import Foundation

/// Finds a port that the server can listen on.
enum LoopbackPort {
    struct Taken: Error, CustomStringConvertible {
        let port: Int
        var description: String { "Port \(self.port) is taken; choose another with --port." }
    }

    /// Refuses a port that is taken, where that can be told beforehand; names and IPv6 show it when they are bound.
    static func check(_ port: Int, host: String) throws {
        let numbers = host.split(separator: ".")
        guard numbers.count == 4, numbers.allSatisfy({ UInt8($0) != nil }) else { return }
        _ = try self.choose(port, isFixed: true, host: host)
    }

    /// The port itself, or, where it was not asked for, the next free one after it (twenty are tried).
    static func choose(_ port: Int, isFixed: Bool, host: String) throws -> Int {
        for candidate in port..<(port + (isFixed ? 1 : 20)) where Self.isFree(candidate, host: host) {
            return candidate
        }
        throw Taken(port: port)
    }

    private static func isFree(_ port: Int, host: String) -> Bool {
        #if canImport(Glibc)
        let kind = Int32(SOCK_STREAM.rawValue)
        #else
        let kind = SOCK_STREAM
        #endif
        let descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = inet_addr(host == "localhost" ? "127.0.0.1" : host)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
