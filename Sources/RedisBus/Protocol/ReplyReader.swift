import CHiredis
import NIOCore

/// Turns received bytes into answers, with hiredis's reader.
///
/// Used on one event loop; the C handle and its replies never leave this type.
final class ReplyReader {
    struct Unreadable: Error {}

    private let reader: UnsafeMutablePointer<redisReader>

    init() throws {
        guard let reader = redisReaderCreate() else { throw Unreadable() }
        self.reader = reader
    }

    deinit { redisReaderFree(self.reader) }

    func feed(_ bytes: ByteBuffer) throws {
        try bytes.withUnsafeReadableBytes { source in
            guard let start = source.baseAddress, source.count > 0 else { return }
            let pointer = start.assumingMemoryBound(to: CChar.self)
            guard redisReaderFeed(self.reader, pointer, source.count) == REDIS_OK else { throw Unreadable() }
        }
    }

    /// The next whole answer, or `nil` until more bytes come.
    func next() throws -> RedisValue? {
        var found: UnsafeMutableRawPointer?
        guard redisReaderGetReply(self.reader, &found) == REDIS_OK else { throw Unreadable() }
        guard let found else { return nil }
        defer { freeReplyObject(found) }
        return try Self.value(of: found.assumingMemoryBound(to: redisReply.self))
    }

    private static func value(of reply: UnsafeMutablePointer<redisReply>) throws -> RedisValue {
        switch reply.pointee.type {
        case REDIS_REPLY_STRING: return .text(self.bytes(of: reply))
        case REDIS_REPLY_STATUS: return .status(String(buffer: self.bytes(of: reply)))
        case REDIS_REPLY_ERROR: return .error(String(buffer: self.bytes(of: reply)))
        case REDIS_REPLY_INTEGER: return .integer(Int(reply.pointee.integer))
        case REDIS_REPLY_NIL: return .null
        case REDIS_REPLY_ARRAY:
            return .list(
                try (0..<reply.pointee.elements).map { index in
                    guard let element = reply.pointee.element[Int(index)] else { throw Unreadable() }
                    return try self.value(of: element)
                }
            )
        default: throw Unreadable()
        }
    }

    private static func bytes(of reply: UnsafeMutablePointer<redisReply>) -> ByteBuffer {
        ByteBuffer(bytes: UnsafeRawBufferPointer(start: reply.pointee.str, count: Int(reply.pointee.len)))
    }
}
