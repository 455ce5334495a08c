package import Application
package import Domain
import Folders
package import Foundation
package import Logging
package import RuntimeProtocols
import Wire

/// The worker in this process: sessions, workspaces, tools and agents put together (spec 03 §1–§4).
package struct WorkerService: BuilderWorker {
    package struct Configuration: Sendable {
        /// Parent of workspaces, 0700 when we make it.
        package var workspaces: URL
        /// Parent of the agents' private homes.
        package var homes: URL
        package var limits: SessionTable.Limits
        /// How long `cancel` and `remove` wait for a turn to be over.
        package var stopLimit: Duration
        /// How long the model may take for a name.
        package var metadataLimit: Duration
        /// Whether there is memory for one more agent; turns are refused like those beyond the limits when not.
        package var hasMemory: @Sendable () -> Bool = { true }

        package init(
            dataFolder: URL,
            limits: SessionTable.Limits = .init(),
            stopLimit: Duration = .seconds(10),
            metadataLimit: Duration = .seconds(90)
        ) {
            self.workspaces = dataFolder.appending(path: "workspaces", directoryHint: .isDirectory)
            self.homes = dataFolder.appending(path: "homes", directoryHint: .isDirectory)
            self.limits = limits
            self.stopLimit = stopLimit
            self.metadataLimit = metadataLimit
        }
    }

    let configuration: Configuration
    let directory: WorkspaceDirectory
    let homes: RuntimeHomes
    let transcripts: ClaudeTranscripts
    let attachments: AttachmentStore
    let sessions: SessionManager
    let broker: MCPBroker
    let template: AppTemplate
    let runtimes: [RuntimeID: any AgentRuntime]
    let building: any AppBuilding
    let snapshots: any WorkspaceSnapshotting
    let brokerBase: @Sendable () async throws -> URL
    let detection: @Sendable () async -> RuntimeDetection
    let wallClock: WallClock
    let clock: any Clock<Duration>
    let logger: Logger

    /// `brokerBase` says where the broker's routes answer, such as `http://127.0.0.1:3000`; it is asked at each turn.
    package init(
        configuration: Configuration,
        template: AppTemplate,
        runtimes: [any AgentRuntime],
        building: any AppBuilding,
        snapshots: any WorkspaceSnapshotting,
        broker: MCPBroker,
        brokerBase: @escaping @Sendable () async throws -> URL,
        detection: @escaping @Sendable () async -> RuntimeDetection,
        wallClock: WallClock = .live,
        uptime: Uptime = .live,
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger
    ) {
        self.configuration = configuration
        self.directory = WorkspaceDirectory(root: configuration.workspaces)
        self.homes = RuntimeHomes(root: configuration.homes)
        self.transcripts = ClaudeTranscripts(homes: self.homes)
        self.attachments = AttachmentStore(directory: self.directory)
        self.sessions = SessionManager(
            limits: configuration.limits,
            uptime: uptime,
            wallClock: wallClock,
            clock: clock
        )
        self.broker = broker
        self.template = template
        self.runtimes = Dictionary(runtimes.map { ($0.id, $0) }) { first, _ in first }
        self.building = building
        self.snapshots = snapshots
        self.brokerBase = brokerBase
        self.detection = detection
        self.wallClock = wallClock
        self.clock = clock
        self.logger = logger
    }

    /// Makes the folders and removes what a dead process left; call before anything else.
    package func prepare() async throws {
        try await self.directory.prepare()
        try await self.homes.prepare()
    }

    /// Forgets idle sessions until the task is cancelled.
    package func run() async {
        await self.sessions.run()
    }

    /// Takes no more turns from now on.
    package func startDraining() async {
        await self.sessions.startDraining()
    }

    /// Takes no more turns, lets those that run finish for so long, stops the rest and waits for them a little.
    package func drain(letting grace: Duration = .zero) async {
        await self.sessions.drain(letting: grace, waiting: self.configuration.stopLimit)
    }

    /// How much this worker has to do.
    ///
    /// Without memory for one more agent it counts as full.
    package func load() async -> WorkerLoad {
        var load = await self.sessions.load
        if !self.configuration.hasMemory() { load.running = max(load.running, load.capacity) }
        return load
    }

    /// Nothing runs, and there would be room for something.
    package var isIdle: Bool {
        get async {
            let load = await self.load()
            return load.running == 0 && load.sideJobs == 0 && !load.isDraining
        }
    }

    package func cancel(_ scope: RunScope, turnID: String?) async throws -> WorkerCancellation {
        await self.cancel(scope.appID, runID: scope.runID, turnID: turnID)
    }

    /// Without a run: whatever runs in the app.
    package func cancel(_ appID: App.ID, runID: Run.ID?, turnID: String? = nil) async -> WorkerCancellation {
        await self.sessions.cancel(appID, runID: runID, turnID: turnID, waiting: self.configuration.stopLimit)
    }

    package func status(of appID: App.ID) async throws -> WorkerStatus {
        try await self.status(of: appID, assignment: nil)
    }

    /// A workspace of another assignment has no files that count.
    package func status(of appID: App.ID, assignment: String?) async throws -> WorkerStatus {
        let workspace = try await self.onDisk {
            try await self.directory.state(of: .app(appID), assignment: assignment)
        }
        let session = await self.sessions.session(of: appID)
        return WorkerStatus(
            exists: session != nil,
            isBusy: session?.job != nil,
            workspaceExists: workspace.exists,
            workspaceHasFiles: workspace.hasFiles,
            sessionID: session?.native?.sessionID
        )
    }

    package func session(of appID: App.ID) async throws -> WorkerSession? {
        try await self.session(of: appID, assignment: nil)
    }

    /// `nil` also when the session belongs to another assignment.
    package func session(of appID: App.ID, assignment: String?) async throws -> WorkerSession? {
        guard try await self.isCurrent(assignment, of: appID) else { return nil }
        guard let native = await self.sessions.session(of: appID)?.native else { return nil }
        var session = WorkerSession(
            runtimeID: native.runtimeID,
            sessionID: native.sessionID,
            format: native.format,
            transcript: nil
        )
        if native.runtimeID == .claudeCode {
            session.transcript = try await self.onDisk {
                try await self.transcripts.transcript(of: native.sessionID, key: .app(appID))
            }
        }
        return session
    }

    package func files(of appID: App.ID) async throws -> [SourceFile] {
        try await self.files(of: appID, assignment: nil)
    }

    /// - Throws: `WorkerRefusal.restoreNeeded` when the files belong to another assignment.
    package func files(of appID: App.ID, assignment: String?) async throws -> [SourceFile] {
        guard try await self.isCurrent(assignment, of: appID) else { throw WorkerRefusal.restoreNeeded }
        return try await self.snapshots.files(in: self.directory.url(of: .app(appID)))
    }

    package func storeAttachments(_ files: [WorkerAttachment], of appID: App.ID) async throws {
        try await self.onDisk { try await self.attachments.store(files, of: appID) }
        await self.sessions.touch(appID)
    }

    package func missingAttachments(_ paths: [String], of appID: App.ID) async throws -> [String] {
        try await self.onDisk { try await self.attachments.missing(paths, of: appID) }
    }

    package func restore(_ files: [SourceFile], of appID: App.ID) async throws {
        try await self.restore(files, of: appID, assignment: nil)
    }

    /// The workspace belongs to the assignment from then on.
    package func restore(_ files: [SourceFile], of appID: App.ID, assignment: String?) async throws {
        try Self.check(files)
        let job = try await self.sessions.begin(nil, of: appID)
        let result = await self.outcome {
            try await self.onDisk { try await self.directory.restore(.app(appID), to: files, assignment: assignment) }
        }
        await self.sessions.end(job, of: appID)
        try result.get()
    }

    package func remove(_ appID: App.ID) async throws {
        let stopped = await self.cancel(appID, runID: nil)
        guard stopped.isIdle else { throw WorkerRefusal.busy }
        let job = try await self.sessions.begin(nil, of: appID)
        let result = await self.outcome {
            try await self.onDisk {
                try await self.directory.remove(.app(appID))
                try await self.homes.remove(.app(appID))
            }
            try await self.building.forget(appID)
        }
        await self.sessions.end(job, of: appID)
        await self.sessions.drop(appID)
        try result.get()
    }

    package func detectRuntimes() async -> RuntimeDetection {
        await self.detection()
    }

    func runtime(for settings: RuntimeSettings) throws -> any AgentRuntime {
        guard let runtime = self.runtimes[settings.runtimeID] else {
            throw WorkerRefusal.runtimeUnavailable("The runtime \(settings.runtimeID.rawValue) is not installed here.")
        }
        return runtime
    }

    /// An assignment is an opaque word of letters, digits and `-`.
    static func isUsable(assignment: String) -> Bool {
        (1...128).contains(assignment.utf8.count)
            && assignment.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
            }
    }

    private func isCurrent(_ assignment: String?, of appID: App.ID) async throws -> Bool {
        guard let assignment else { return true }
        return try await self.onDisk { try await self.directory.isCurrent(assignment, of: .app(appID)) }
    }

    /// Refuses files that could not be saved again.
    static func check(_ files: [SourceFile]) throws {
        let violations = SnapshotRules.violations(in: WorkspaceContent.writable(files))
        guard violations.isEmpty else {
            throw WorkerRefusal.snapshotRefused(violations.map(\.message).joined(separator: "\n"))
        }
    }

    /// A disk that fails is told in a sentence that may be shown.
    func onDisk<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let failure as DiskFailure {
            self.logger.error("A workspace could not be used", metadata: ["error": "\(failure)"])
            throw WorkerFailure.failed(failure.description)
        }
    }

    private func outcome<Value: Sendable>(_ work: () async throws -> Value) async -> Result<Value, any Error> {
        do {
            return .success(try await work())
        } catch {
            return .failure(error)
        }
    }
}
