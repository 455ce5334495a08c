package import Bus
package import Documents
package import Domain
package import Logging

/// What runs are made with; handed in once by the assembly.
package struct RunTools: Sendable {
    package var bus: any MessageBus
    package var worker: any BuilderWorker
    package var runs: RunRepository
    package var apps: AppRepository
    package var users: UserRepository
    package var workspaces: WorkspaceRepository
    package var revisions: RevisionRepository
    package var blobs: BlobRepository
    package var attachments: AttachmentRepository
    package var sources: SourceService
    package var events: WorkspaceEventPublisher
    package var registry: RuntimeRegistry
    package var wallClock: WallClock
    package var clock: any Clock<Duration>
    package var uptime: Uptime
    package var identifiers: IdentifierSource
    package var logger: Logger
    /// The public address is this machine's own.
    package var isLocal: Bool

    package init(
        store: any DocumentStore,
        bus: any MessageBus,
        worker: any BuilderWorker,
        registry: RuntimeRegistry = .standard,
        wallClock: WallClock,
        clock: any Clock<Duration>,
        uptime: Uptime = .live,
        identifiers: IdentifierSource,
        logger: Logger,
        isLocal: Bool,
        observe: @escaping WorkspaceEventPublisher.Observer = { _ in }
    ) {
        self.bus = bus
        self.worker = worker
        self.runs = RunRepository(store: store)
        self.apps = AppRepository(store: store)
        self.users = UserRepository(store: store)
        self.workspaces = WorkspaceRepository(store: store, identifiers: identifiers)
        self.blobs = BlobRepository(store: store)
        self.revisions = RevisionRepository(store: store, blobs: self.blobs)
        self.attachments = AttachmentRepository(store: store, identifiers: identifiers)
        self.events = WorkspaceEventPublisher(bus: bus, clock: wallClock, observe: observe)
        self.sources = SourceService(
            apps: self.apps,
            revisions: self.revisions,
            events: self.events,
            wallClock: wallClock,
            identifiers: identifiers
        )
        self.registry = registry
        self.wallClock = wallClock
        self.clock = clock
        self.uptime = uptime
        self.identifiers = identifiers
        self.logger = logger
        self.isLocal = isLocal
    }
}
