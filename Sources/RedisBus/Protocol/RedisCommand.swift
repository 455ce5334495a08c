import CHiredis
import NIOCore

/// A command in the form in which it is sent.
struct RedisCommand: Sendable {
    let bytes: ByteBuffer
    /// It may be sent again when the connection was lost before its answer: doing it twice is doing it once.
    let isRepeatable: Bool

    init(_ arguments: [Argument], isRepeatable: Bool = false) {
        self.bytes = Self.format(arguments.map(\.bytes))
        self.isRepeatable = isRepeatable
    }

    /// A script with its keys; all keys of one script share a hash tag.
    init(_ script: Script, keys: [String], _ arguments: [Argument] = [], isRepeatable: Bool = false) {
        self.init(
            ["EVAL", Argument(script.text), Argument(keys.count)] + keys.map { Argument($0) } + arguments,
            isRepeatable: isRepeatable
        )
    }

    struct Argument: Sendable, ExpressibleByStringLiteral {
        let bytes: ByteBuffer

        init(_ bytes: ByteBuffer) { self.bytes = bytes }
        init(_ text: String) { self.bytes = ByteBuffer(string: text) }
        init(_ number: Int) { self.bytes = ByteBuffer(string: String(number)) }
        init(stringLiteral text: String) { self.init(text) }
        /// Whole milliseconds, at least one.
        init(milliseconds duration: Duration) {
            let (seconds, attoseconds) = duration.components
            self.init(max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)))
        }
    }

    /// Length-prefixed, so that no byte of an argument can be taken for the protocol.
    private static func format(_ arguments: [ByteBuffer]) -> ByteBuffer {
        var joined = ByteBuffer()
        joined.reserveCapacity(arguments.reduce(0) { $0 + $1.readableBytes })
        for argument in arguments { joined.writeImmutableBuffer(argument) }
        let lengths = arguments.map(\.readableBytes)
        return joined.withUnsafeReadableBytes { source in
            var offset = 0
            var pointers: [UnsafePointer<CChar>?] = []
            for length in lengths {
                pointers.append(source.baseAddress?.advanced(by: offset).assumingMemoryBound(to: CChar.self))
                offset += length
            }
            var target: UnsafeMutablePointer<CChar>?
            let length = redisFormatCommandArgv(&target, Int32(arguments.count), &pointers, lengths)
            // Without memory nothing is sent; the command then meets its deadline.
            guard length > 0, let target else { return ByteBuffer() }
            defer { redisFreeCommand(target) }
            return ByteBuffer(bytes: UnsafeRawBufferPointer(start: target, count: Int(length)))
        }
    }
}
