import CMongo
import Documents
import Foundation
import Logging
import Synchronization

/// One change stream of a collection on a thread of its own, handed on in memory.
///
/// The thread begins with the first subscriber and ends with the store. When the connection breaks it opens the stream again
/// behind the last event that was handed on, as long as it takes: nothing is lost and nothing comes twice. Only when the
/// server has forgotten that place do the subscribers get `.lost`.
final class CollectionWatch: Sendable {
    private enum Phase {
        case idle
        /// Not open, or not open now.
        case opening
        case open
        case stopped
    }

    private struct State {
        var phase = Phase.idle
        var waiters: [CheckedContinuation<Void, any Error>] = []
    }

    private let connection: MongoConnection
    private let database: String
    private let collection: String
    private let fanout = ChangeFanout()
    private let state = Mutex(State())
    private let wakeUp = DispatchSemaphore(value: 0)

    init(connection: MongoConnection, database: String, collection: String) {
        self.connection = connection
        self.database = database
        self.collection = collection
    }

    /// Waits until the stream is open, so that no later change is missed.
    func subscribe() async throws -> AsyncStream<DocumentChange> {
        let stream = self.fanout.subscribe(to: self.collection)
        try await withCheckedThrowingContinuation { continuation in
            let (isReady, isFirst) = self.state.withLock { state in
                switch state.phase {
                case .open, .stopped: return (true, false)
                case .opening:
                    state.waiters.append(continuation)
                    return (false, false)
                case .idle:
                    state.phase = .opening
                    state.waiters.append(continuation)
                    return (false, true)
                }
            }
            if isReady { continuation.resume() }
            if isFirst { self.start() }
        }
        return stream
    }

    func stop() {
        self.state.withLock { $0.phase = .stopped }
        self.wakeUp.signal()
    }

    private func start() {
        // Ends when the store does: `stop`, or when the stream cannot be opened at all.
        let thread = Thread { self.run() }
        thread.name = "watch \(self.collection)"
        thread.start()
    }

    // MARK: - On the thread

    private var isStopped: Bool { self.state.withLock { $0.phase == .stopped } }

    private func run() {
        var token: BSONDocument?
        var recent = RecentDocuments()
        var pause = 0.1
        while !self.isStopped {
            do {
                try self.follow(&token, &recent) { pause = 0.1 }
                // Ended by the server: the collection is gone, and with it the place.
                token = nil
                self.lose()
            } catch {
                let fault = error as? MongoFault
                if let fault, token != nil, fault.isServerCode(Self.forgotten) {
                    token = nil
                    self.lose()
                    continue
                }
                if !self.wait(after: fault?.refusal ?? error, hasBegun: token != nil, pause) { return }
                pause = min(pause * 2, 2)
            }
        }
        self.settle(.success(()), phase: .stopped)
    }

    /// Follows the stream until it breaks (throws) or ends.
    private func follow(
        _ token: inout BSONDocument?,
        _ recent: inout RecentDocuments,
        _ isFlowing: () -> Void
    ) throws {
        var options: [(String, BSON)] = [("fullDocument", "updateLookup"), ("maxAwaitTimeMS", 1000)]
        if let token { options.append(("resumeAfter", .encoded(token))) }
        try self.connection.lend { client in
            try client.withCollection(self.collection, of: self.database) { collection in
                try BSONDocument(["pipeline": []]).lend { pipeline in
                    try BSONDocument(.pairs(options)).lend { options in
                        guard let stream = mongoc_collection_watch(collection, pipeline, options) else {
                            throw MalformedBSON()
                        }
                        defer { mongoc_change_stream_destroy(stream) }
                        try Self.check(stream)
                        token = Self.token(of: stream) ?? token
                        self.settle(.success(()), phase: .open)
                        isFlowing()
                        while !self.isStopped {
                            var event: OpaquePointer?
                            guard mongoc_change_stream_next(stream, &event), let event else {
                                try Self.check(stream)
                                token = Self.token(of: stream) ?? token
                                continue
                            }
                            let meaning = try MongoClient.bytes(of: event) { try ChangeEvent.read($0, &recent) }
                            token = Self.token(of: stream) ?? token
                            switch meaning {
                            case .change(let change): self.fanout.send([change], of: self.collection)
                            case .nothing: break
                            case .end: return
                            }
                        }
                    }
                }
            }
        }
    }

    /// Ends the subscribers' streams; whoever comes from now on waits for a new one.
    private func lose() {
        self.state.withLock { state in
            if state.phase == .open { state.phase = .opening }
        }
        self.fanout.lose(self.collection)
    }

    /// Tells who waits that it cannot be now; `false` when nothing has begun and so nothing is to be kept up.
    private func wait(after error: any Error, hasBegun: Bool, _ pause: Double) -> Bool {
        let isReported = self.state.withLock { state in
            defer { if state.phase != .stopped { state.phase = hasBegun ? .opening : .idle } }
            return state.phase != .open
        }
        if !isReported {
            self.connection.logger.warning(
                "The watch of a collection is interrupted",
                metadata: ["collection": "\(self.collection)", "error": "\(error)"]
            )
        }
        self.settle(.failure(error), phase: nil)
        guard hasBegun else {
            self.fanout.lose(self.collection)
            return false
        }
        _ = self.wakeUp.wait(timeout: .now() + pause)
        return true
    }

    private func settle(_ result: Result<Void, any Error>, phase: Phase?) {
        let waiters = self.state.withLock { state in
            if let phase, state.phase != .stopped { state.phase = phase }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume(with: result) }
    }

    private static func check(_ stream: OpaquePointer) throws {
        var error = bson_error_t()
        if mongoc_change_stream_error_document(stream, &error, nil) { throw MongoFault(error) }
    }

    private static func token(of stream: OpaquePointer) -> BSONDocument? {
        mongoc_change_stream_get_resume_token(stream).map { BSONDocument(copying: $0) }
    }

    /// The history or the token is of no use any more.
    private static let forgotten: [Int] = [136, 260, 280, 286]
}
