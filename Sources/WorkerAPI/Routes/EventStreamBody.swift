import Application
import Domain
import Hummingbird
import NIOCore
import RuntimeProtocols
import Wire

/// Writes a turn as server-sent events (spec 03 §2.1): events, a comment every thirty seconds, `[DONE]` after a good
/// end, an `error` event without `[DONE]` after a bad one.
struct EventStreamBody: Sendable {
    private static let waitingFrames = 64
    static let keepAliveInterval: Duration = .seconds(30)

    let events: AsyncThrowingStream<RuntimeEvent, any Error>
    let runtimeID: RuntimeID
    let clock: any Clock<Duration>

    /// Returns when the turn is over, or when the other side of the connection, seen in `incoming`, is gone; the turn
    /// ends with its reader.
    func write(to writer: inout any ResponseBodyWriter, whileOpen incoming: RequestBody) async throws {
        let (frames, continuation) = AsyncStream<ByteBuffer>.makeStream(
            bufferingPolicy: .bufferingOldest(Self.waitingFrames)
        )
        // Both end with the stream of events, or when the reader's connection is gone.
        let pump = Task {
            await self.pump(into: continuation)
            continuation.finish()
        }
        let ticker = Task {
            while !Task.isCancelled {
                // Cancelled: the loop ends.
                try? await self.clock.sleep(for: Self.keepAliveInterval)
                continuation.yield(EventStreamFrame.keepAlive)
            }
        }
        defer {
            ticker.cancel()
            pump.cancel()
        }
        try await incoming.consumeWithInboundCloseHandler { _ in
            for await frame in frames { try await writer.write(frame) }
        } onInboundClosed: {
            continuation.finish()
        }
        try await writer.finish(nil)
    }

    private func pump(into continuation: AsyncStream<ByteBuffer>.Continuation) async {
        do {
            for try await event in self.events {
                try await self.send(event.json(runtimeID: self.runtimeID), continuation)
            }
            try Task.checkCancellation()
            try await self.send(EventStreamFrame.done, continuation)
        } catch {
            let problem = WorkerProblem.failure(WorkerFailure(error))
            let frame: JSONValue = [
                "type": "error", "error": .string(problem.text), "code": .string(problem.kind),
            ]
            // The connection is gone: nobody is there to be told.
            try? await self.send(frame, continuation)
        }
    }

    private func send(_ json: JSONValue, _ continuation: AsyncStream<ByteBuffer>.Continuation) async throws {
        var writer = JSONWriter()
        writer.value(json)
        try await self.send(EventStreamFrame.data(writer.buffer, id: nil), continuation)
    }

    /// Waits while the connection is behind.
    private func send(_ frame: ByteBuffer, _ continuation: AsyncStream<ByteBuffer>.Continuation) async throws {
        while true {
            switch continuation.yield(frame) {
            case .enqueued: return
            case .terminated: throw CancellationError()
            case .dropped: try await self.clock.sleep(for: .milliseconds(5))
            @unknown default: return
            }
        }
    }
}
