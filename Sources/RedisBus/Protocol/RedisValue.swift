import NIOCore

/// An answer of Redis (RESP2).
enum RedisValue: Equatable, Sendable {
    case text(ByteBuffer)
    case status(String)
    case error(String)
    case integer(Int)
    case null
    case list([RedisValue])

    var integer: Int? {
        switch self {
        case .integer(let number): number
        case .text(let bytes): Int(String(buffer: bytes))
        default: nil
        }
    }

    var bytes: ByteBuffer? {
        if case .text(let bytes) = self { bytes } else { nil }
    }

    var list: [RedisValue]? {
        if case .list(let values) = self { values } else { nil }
    }
}
