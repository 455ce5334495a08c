package import Bus
package import NIOCore
package import Wire

/// What a viewer is sent: frames of a run log with their sequence numbers, or a few fixed chunks; then `[DONE]`.
///
/// An idle log gives a keep-alive comment. Ending early costs nothing: the turn does not belong to its viewers.
package struct RunStream: AsyncSequence, Sendable {
    package enum Source: Sendable {
        case log(LogReader)
        case fixed([UIMessageChunk])
    }

    package typealias Element = ByteBuffer

    /// The turn's stream, by which it can be read again for as long as its log is kept; `nil` for fixed chunks.
    package let streamID: String?
    private let source: Source

    package init(_ source: Source, streamID: String? = nil) {
        self.source = source
        self.streamID = streamID
    }

    /// Headers of the stream (spec 02 §7.1).
    package static let headers: [(name: String, value: String)] = [
        ("content-type", "text/event-stream"), ("cache-control", "no-cache"), ("connection", "keep-alive"),
        ("x-vercel-ai-ui-message-stream", "v1"), ("x-accel-buffering", "no"),
    ]

    package struct Iterator: AsyncIteratorProtocol {
        private enum State {
            case log(LogReader.Iterator)
            case fixed([UIMessageChunk])
            case ended
        }

        private var state: State

        fileprivate init(_ source: Source) {
            switch source {
            case .log(let reader): self.state = .log(reader.makeAsyncIterator())
            case .fixed(let chunks): self.state = .fixed(chunks)
            }
        }

        package mutating func next() async throws -> ByteBuffer? {
            switch self.state {
            case .ended: return nil
            case .fixed(let chunks):
                self.state = .ended
                var buffer = ByteBuffer()
                for chunk in chunks { buffer.writeImmutableBuffer(EventStreamFrame.data(chunk.encoded(), id: nil)) }
                buffer.writeImmutableBuffer(EventStreamFrame.done)
                return buffer
            case .log(var iterator):
                guard let batch = try await iterator.next() else {
                    self.state = .ended
                    return EventStreamFrame.done
                }
                self.state = .log(iterator)
                guard let first = batch.first else { return EventStreamFrame.keepAlive }
                if batch.count == 1 { return first.payload }
                var buffer = ByteBuffer()
                buffer.reserveCapacity(batch.reduce(0) { $0 + $1.payload.readableBytes })
                for record in batch { buffer.writeImmutableBuffer(record.payload) }
                return buffer
            }
        }
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(self.source)
    }
}
