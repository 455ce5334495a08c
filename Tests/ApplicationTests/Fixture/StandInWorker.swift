import Application
import Domain
import Foundation
import RuntimeProtocols
import Synchronization

/// Stands in for the worker: plays the turns that a test hands in and remembers what it was asked.
///
/// The real worker with the real CLI is driven by the end-to-end tests.
final class StandInWorker: BuilderWorker {
    typealias Stream = AsyncThrowingStream<RuntimeEvent, any Error>
    typealias Script = @Sendable (Stream.Continuation) -> Void

    struct State {
        var scripts: [Script] = []
        var turns: [WorkerTurn] = []
        var open: [Stream.Continuation] = []
        /// Turns that are to be held and have not come yet.
        var awaited = 0
        /// They were told to end before they came.
        var finishesEarly = false
        var droppedCount = 0
        var files: [SourceFile] = []
        var filesError: WorkerRefusal?
        var startRefusal: WorkerRefusal?
        /// The next so many turns are refused because another worker, which has no files yet, got the app.
        var movesLeft = 0
        var cancelError: WorkerRefusal?
        var ignoresCancel = false
        var cancelled: [RunScope] = []
        /// What happens while the next stop is on its way.
        var beforeCancel: (@Sendable () async throws -> Void)?
        var session: WorkerSession?
        var attachments: Set<String> = []
        var stored: [AttachmentRef] = []
        var isUnreachable = false
        var holdsStatus = false
        var statusWaiters: [CheckedContinuation<Void, Never>] = []
        var hasFiles = true
    }

    private let state = Mutex(State())

    func edit<Result>(_ change: (inout sending State) -> sending Result) -> sending Result {
        self.state.withLock { change(&$0) }
    }

    var turns: [WorkerTurn] { self.state.withLock { $0.turns } }
    var droppedCount: Int { self.state.withLock { $0.droppedCount } }
    var waitingForStatus: Int { self.state.withLock { $0.statusWaiters.count } }

    /// The next turn plays these events and ends well.
    func play(_ events: [RuntimeEvent]) {
        self.enqueue { stream in
            for event in events { stream.yield(event) }
            stream.finish()
        }
    }

    /// The next turn plays these events and breaks.
    func play(_ events: [RuntimeEvent], thenFail failure: WorkerFailure) {
        self.enqueue { stream in
            for event in events { stream.yield(event) }
            stream.finish(throwing: failure)
        }
    }

    /// The next turn plays these events and goes on until `send` and `finish`, or a stop.
    func hold(after events: [RuntimeEvent] = []) {
        self.state.withLock { $0.awaited += 1 }
        self.enqueue { stream in
            for event in events { stream.yield(event) }
            let isOver = self.state.withLock { state in
                state.awaited -= 1
                if state.finishesEarly {
                    state.finishesEarly = false
                    return true
                }
                state.open.append(stream)
                return false
            }
            if isOver { stream.finish() }
        }
    }

    func send(_ events: [RuntimeEvent]) {
        let open = self.state.withLock { $0.open }
        for stream in open { for event in events { stream.yield(event) } }
    }

    /// Ends what is held, also when it has not come yet.
    func finish() {
        let open = self.state.withLock { state in
            state.finishesEarly = state.open.isEmpty && state.awaited > 0
            defer { state.open = [] }
            return state.open
        }
        for stream in open { stream.finish() }
    }

    func releaseStatus() {
        let waiters = self.state.withLock { state in
            state.holdsStatus = false
            defer { state.statusWaiters = [] }
            return state.statusWaiters
        }
        for waiter in waiters { waiter.resume() }
    }

    private func enqueue(_ script: @escaping Script) {
        self.state.withLock { $0.scripts.append(script) }
    }

    private func takeOpen() -> [Stream.Continuation] {
        self.state.withLock { state in
            defer { state.open = [] }
            return state.open
        }
    }

    // MARK: - BuilderWorker

    func startTurn(_ turn: WorkerTurn) async throws -> Stream {
        let script = try self.state.withLock { state -> Script? in
            if let refusal = state.startRefusal { throw refusal }
            if state.movesLeft > 0 {
                state.movesLeft -= 1
                state.hasFiles = false
                state.attachments = []
                throw WorkerRefusal.restoreNeeded
            }
            state.turns.append(turn)
            return state.scripts.isEmpty ? nil : state.scripts.removeFirst()
        }
        return Stream { continuation in
            continuation.onTermination = { reason in
                if case .cancelled = reason { self.state.withLock { $0.droppedCount += 1 } }
            }
            if let script { script(continuation) } else { continuation.finish() }
        }
    }

    func cancel(_ scope: RunScope, turnID: String?) async throws -> WorkerCancellation {
        let interlude = self.state.withLock { state in
            defer { state.beforeCancel = nil }
            return state.beforeCancel
        }
        try await interlude?()
        let (error, ignores) = self.state.withLock { state in
            state.cancelled.append(scope)
            return (state.cancelError, state.ignoresCancel)
        }
        if let error { throw error }
        if ignores { return WorkerCancellation(cancelled: false, isIdle: true) }
        if let turnID, let running = self.turns.last?.turnID, running != turnID {
            return WorkerCancellation(cancelled: false, isIdle: false)
        }
        let open = self.takeOpen()
        for stream in open { stream.finish(throwing: WorkerFailure.cancelled) }
        return WorkerCancellation(cancelled: !open.isEmpty, isIdle: true)
    }

    func status(of appID: App.ID) async throws -> WorkerStatus {
        await withCheckedContinuation { continuation in
            let mustWait = self.state.withLock { state in
                if state.holdsStatus { state.statusWaiters.append(continuation) }
                return state.holdsStatus
            }
            if !mustWait { continuation.resume() }
        }
        let hasFiles = self.state.withLock { $0.hasFiles }
        return WorkerStatus(
            exists: true,
            isBusy: false,
            workspaceExists: true,
            workspaceHasFiles: hasFiles,
            sessionID: nil
        )
    }

    func session(of appID: App.ID) async throws -> WorkerSession? { self.state.withLock { $0.session } }

    func files(of appID: App.ID) async throws -> [SourceFile] {
        try self.state.withLock { state in
            if let error = state.filesError { throw error }
            return state.files
        }
    }

    func storeAttachments(_ files: [WorkerAttachment], of appID: App.ID) async throws {
        self.state.withLock { state in
            state.stored += files.map(\.reference)
            state.attachments.formUnion(files.map(\.reference.path))
        }
    }

    func missingAttachments(_ paths: [String], of appID: App.ID) async throws -> [String] {
        try self.state.withLock { state in
            if state.isUnreachable { throw WorkerRefusal.unreachable }
            return paths.filter { !state.attachments.contains($0) }
        }
    }

    func describe(_ request: WorkerMetadataRequest) async throws -> WorkerMetadata {
        throw WorkerRefusal.unreachable
    }

    func restore(_ files: [SourceFile], of appID: App.ID) async throws {}

    func remove(_ appID: App.ID) async throws {}

    func detectRuntimes() async -> RuntimeDetection { RuntimeDetection(runtimes: [:], isDemo: false) }
}
