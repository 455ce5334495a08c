import NIOCore
import Synchronization

/// Remembers whether anything of a request went out.
final class SentMark: Sendable {
    private let flag = Mutex(false)

    var wasSent: Bool { self.flag.withLock { $0 } }

    func set() {
        self.flag.withLock { $0 = true }
    }
}

/// A request's body in pieces; the first one is asked for when the connection stands and the head is written.
struct MarkedBody: AsyncSequence, Sendable {
    private static let pieceSize = 65_536

    let bytes: ByteBuffer
    let mark: SentMark

    struct AsyncIterator: AsyncIteratorProtocol {
        var rest: ByteBuffer
        let mark: SentMark

        mutating func next() async -> ByteBuffer? {
            self.mark.set()
            let count = Swift.min(self.rest.readableBytes, MarkedBody.pieceSize)
            return count == 0 ? nil : self.rest.readSlice(length: count)
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(rest: self.bytes, mark: self.mark)
    }
}
