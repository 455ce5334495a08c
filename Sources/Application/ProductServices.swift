package import Bus
package import Documents
package import Domain
package import Logging

/// All services of the product over one store, one bus and one worker: what pages and API are handed.
package struct ProductServices: Sendable {
    /// Says how long answers about apps may be kept.
    package let memory: ReadMemory
    package let gatekeeper: Gatekeeper
    package let appGatekeeper: AppGatekeeper
    package let people: PeopleService
    package let workspaces: WorkspaceService
    package let sidebar: SidebarService
    package let apps: AppService
    /// A `Service` that has to run for as long as the server does.
    package let describer: AppDescriber
    package let collaborators: CollaboratorService
    package let attachments: AttachmentService
    package let files: FileService
    package let versions: VersionService
    package let previews: PreviewService
    package let events: EventStreamService
    package let runs: RunService
    package let runLists: RunListService
    package let rates: RateLimiter
    package let worker: any BuilderWorker
    package let registry: RuntimeRegistry

    /// `secret` signs preview addresses, under a key of its own; `supervisor` owns the turns and has to run.
    package init(
        store: any DocumentStore,
        bus: any MessageBus,
        worker: any BuilderWorker,
        documents: any PreviewDocumentMaking,
        supervisor: TurnSupervisor,
        secret: Secret<String>,
        isLocal: Bool,
        registry: RuntimeRegistry = .standard,
        identifiers: IdentifierSource = .live,
        wallClock: WallClock = .live,
        clock: any Clock<Duration> = ContinuousClock(),
        observe: @escaping WorkspaceEventPublisher.Observer = { _ in },
        logger: Logger
    ) {
        let tools = RunTools(
            store: store,
            bus: bus,
            worker: worker,
            registry: registry,
            wallClock: wallClock,
            clock: clock,
            identifiers: identifiers,
            logger: logger,
            isLocal: isLocal,
            observe: observe
        )
        let publisher = tools.events
        let publish: WorkspaceService.Publish = { event in
            await publisher.publish(
                event.type,
                in: event.workspaceID,
                scope: event.scope,
                appID: event.appID,
                runID: event.runID,
                runStatus: event.runStatus
            )
        }
        let summaries = RunSummaries(store: store)
        self.memory = ReadMemory(of: store)
        self.gatekeeper = Gatekeeper(users: tools.users, workspaces: tools.workspaces, memory: self.memory)
        self.appGatekeeper = AppGatekeeper(apps: tools.apps, workspaces: tools.workspaces)
        self.people = PeopleService(
            users: tools.users,
            workspaces: tools.workspaces,
            identifiers: identifiers,
            clock: wallClock
        )
        self.workspaces = WorkspaceService(
            workspaces: tools.workspaces,
            users: tools.users,
            bus: bus,
            publish: publish,
            identifiers: identifiers,
            clock: wallClock,
            waiting: clock
        )
        self.sidebar = SidebarService(apps: tools.apps, runs: summaries, workspaces: tools.workspaces)
        self.describer = AppDescriber(apps: tools.apps, worker: worker, publish: publish, clock: wallClock)
        self.apps = AppService(
            apps: tools.apps,
            runs: tools.runs,
            workspaces: tools.workspaces,
            removal: AppRemoval(
                apps: tools.apps,
                runs: tools.runs,
                revisions: tools.revisions,
                blobs: tools.blobs,
                attachments: tools.attachments,
                worker: worker,
                clock: wallClock
            ),
            describer: self.describer,
            publish: publish,
            identifiers: identifiers,
            clock: wallClock
        )
        self.collaborators = CollaboratorService(
            apps: tools.apps,
            users: tools.users,
            workspaces: tools.workspaces,
            publish: publish,
            clock: wallClock
        )
        self.attachments = AttachmentService(
            attachments: tools.attachments,
            runs: tools.runs,
            worker: worker,
            clock: wallClock
        )
        self.files = FileService(revisions: tools.revisions, worker: worker)
        self.versions = VersionService(
            apps: tools.apps,
            runs: summaries,
            revisions: tools.revisions,
            worker: worker,
            publish: publish,
            identifiers: identifiers,
            clock: wallClock
        )
        self.previews = PreviewService(
            revisions: tools.revisions,
            workspaces: tools.workspaces,
            documents: documents,
            tokens: PreviewTokens(secret: secret),
            clock: wallClock
        )
        self.events = EventStreamService(
            feed: WorkspaceEventFeed(bus: bus, apps: tools.apps),
            users: tools.users,
            workspaces: tools.workspaces,
            apps: tools.apps,
            runs: summaries,
            clock: wallClock
        )
        self.runs = RunService(tools: tools, supervisor: supervisor)
        self.runLists = RunListService(runs: summaries)
        self.rates = RateLimiter(bus: bus)
        self.worker = worker
        self.registry = registry
    }
}
