package import Application
package import Domain
package import Hummingbird
import NIOCore
package import WebGate

/// Everything that the API's routes call; `Assembly` fills it.
package struct APIServices: Sendable {
    package var gate: GateConfiguration
    package var appGatekeeper: AppGatekeeper
    package var people: PeopleService
    package var workspaces: WorkspaceService
    package var sidebar: SidebarService
    package var apps: AppService
    package var attachments: AttachmentService
    package var files: FileService
    package var versions: VersionService
    package var previews: PreviewService
    package var events: EventStreamService
    package var runs: RunService
    package var runLists: RunListService
    package var rates: RateLimiter
    package var worker: any BuilderWorker
    package var registry: RuntimeRegistry
    package var readiness: [ReadinessCheck]
    /// `Web/openapi.json`.
    package var openAPI: ByteBuffer
    package var version: String
    /// For heartbeats and deadlines.
    package var clock: any Clock<Duration>

    package init(
        gate: GateConfiguration,
        appGatekeeper: AppGatekeeper,
        people: PeopleService,
        workspaces: WorkspaceService,
        sidebar: SidebarService,
        apps: AppService,
        attachments: AttachmentService,
        files: FileService,
        versions: VersionService,
        previews: PreviewService,
        events: EventStreamService,
        runs: RunService,
        runLists: RunListService,
        rates: RateLimiter,
        worker: any BuilderWorker,
        registry: RuntimeRegistry,
        readiness: [ReadinessCheck],
        openAPI: ByteBuffer,
        version: String,
        clock: any Clock<Duration>
    ) {
        self.gate = gate
        self.appGatekeeper = appGatekeeper
        self.people = people
        self.workspaces = workspaces
        self.sidebar = sidebar
        self.apps = apps
        self.attachments = attachments
        self.files = files
        self.versions = versions
        self.previews = previews
        self.events = events
        self.runs = runs
        self.runLists = runLists
        self.rates = rates
        self.worker = worker
        self.registry = registry
        self.readiness = readiness
        self.openAPI = openAPI
        self.version = version
        self.clock = clock
    }
}

/// One part that has to answer before the server is ready (spec 05 B41).
package struct ReadinessCheck: Sendable {
    package var part: String
    package var check: @Sendable () async throws -> Void

    package init(part: String, check: @escaping @Sendable () async throws -> Void) {
        self.part = part
        self.check = check
    }
}
