import Application
import AsyncHTTPClient
import Domain
import Logging
import NIOCore
import RuntimeProtocols
import Synchronization

/// Carries a running turn from the worker's stream to its reader.
///
/// Leaving it, by cancellation, closes the connection, and the worker stops the turn.
struct RunningStream: Sendable {
    typealias Continuation = AsyncThrowingStream<RuntimeEvent, any Error>.Continuation

    /// Events that may wait for a slow reader; the worker is not read while they do.
    static let bufferedEvents = 256

    /// Told when the stream breaks; the turn can be tried again.
    static let lost = "The connection to the builder was lost before the turn was over. Send your message again."
    static let unreadable = "The builder sent something that could not be understood. Send your message again."

    private struct Silent: Error {}

    let body: HTTPClientResponse.Body
    let limits: WorkerLimits
    let clock: any Clock<Duration>
    let logger: Logger
    /// Counts what came; stands still when nothing does.
    private let signs = Signs()

    init(body: HTTPClientResponse.Body, limits: WorkerLimits, clock: any Clock<Duration>, logger: Logger) {
        self.body = body
        self.limits = limits
        self.clock = clock
        self.logger = logger
    }

    /// Returns when the turn is over, whichever way; the continuation is finished then.
    func run(into continuation: Continuation) async {
        do {
            let failure = try await withThrowingTaskGroup(of: WorkerFailure?.self) { group in
                group.addTask { try await self.read(into: continuation) }
                group.addTask { try await self.watch() }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
            continuation.finish(throwing: failure)
        } catch let error as EventStreamReader.Unreadable {
            self.note(error)
            continuation.finish(throwing: WorkerFailure.failed(Self.unreadable))
        } catch {
            if Task.isCancelled {
                continuation.finish(throwing: CancellationError())
            } else {
                self.note(error)
                continuation.finish(throwing: WorkerFailure.failed(Self.lost))
            }
        }
    }

    /// `nil` after a good end.
    private func read(into continuation: Continuation) async throws -> WorkerFailure? {
        var reader = EventStreamReader(lineLimit: self.limits.lineBytes)
        for try await bytes in self.body {
            self.signs.add()
            for item in try reader.read(bytes) {
                switch item {
                case .event(let event): try await self.hand(event, to: continuation)
                case .done: return nil
                case .failure(let failure): return failure
                }
            }
        }
        try Task.checkCancellation()
        // The end without its mark.
        return .failed(Self.lost)
    }

    /// Waits while the reader is behind.
    private func hand(_ event: RuntimeEvent, to continuation: Continuation) async throws {
        while true {
            switch continuation.yield(event) {
            case .enqueued: return
            case .terminated: throw CancellationError()
            case .dropped:
                // It is we who do not listen, so the worker's silence means nothing.
                self.signs.add()
                try await self.clock.sleep(for: .milliseconds(5))
            @unknown default: return
            }
        }
    }

    private func watch() async throws -> WorkerFailure? {
        while true {
            let before = self.signs.count
            try await self.clock.sleep(for: self.limits.silence)
            if self.signs.count == before { throw Silent() }
        }
    }

    private func note(_ error: any Error) {
        self.logger.warning("A turn's stream broke", metadata: ["error": "\(error)"])
    }
}

/// Signs of life of a stream.
private final class Signs: Sendable {
    private let number = Atomic(0)

    var count: Int { self.number.load(ordering: .relaxed) }

    func add() {
        self.number.wrappingAdd(1, ordering: .relaxed)
    }
}
