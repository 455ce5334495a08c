import Application
import Bus
import Documents
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Identity
import Logging
import NIOCore
import Synchronization
import TestShapes
import Testing
import WebAPI
import WebGate

extension LocalSessions: SessionTokens {}

/// A whole server over a fresh store and bus, with people in it.
///
/// Workspace `acme` has an owner, an admin, two members; `other` belongs to the stranger.
struct World: Sendable {
    enum Person: String, CaseIterable, Sendable {
        case nobody, owner, admin, member, colleague, stranger
    }

    static let workspace = "acme"
    static let foreignWorkspace = "other"

    let store: any DocumentStore
    let bus: any MessageBus
    let worker: StandInWorker
    let clock: MovableClock
    let product: ProductServices
    let sessions: LocalSessions
    let users: [Person: User]
    let application: Application<RouterResponder<SecondRequestContext>>
    /// Method and path of what the router serves.
    let routes: [String]
    let logs: LogRecorder

    static func make(
        publicOrigin: String? = nil,
        mode: GateConfiguration.Mode = .local,
        trustedProxies: TrustedProxies = .none,
        readiness: [ReadinessCheck]? = nil,
        isLeaving: @escaping @Sendable () -> Bool = { false },
        observe: RequestObserver? = nil
    ) async throws -> World {
        let store = try TestShape.store { Issue.record(Comment(rawValue: $0)) }
        try await store.prepare(Collections.all)
        let bus = try TestShape.bus()
        let worker = StandInWorker()
        let clock = MovableClock()
        let secret = Secret(String(repeating: "k", count: 32))
        let logs = LogRecorder()
        let product = ProductServices(
            store: store,
            bus: bus,
            worker: worker,
            documents: PlainDocuments(),
            supervisor: TurnSupervisor(owner: "test"),
            secret: secret,
            isLocal: true,
            wallClock: clock.wallClock,
            logger: logs.logger
        )
        let sessions = LocalSessions(secret: secret, clock: clock.wallClock)
        let gate = GateConfiguration(
            mode: mode,
            publicOrigin: publicOrigin,
            tokens: sessions,
            gatekeeper: product.gatekeeper,
            trustedProxies: trustedProxies
        )
        let router = Router.gated(by: gate, identifiers: .live, observe: observe)
        let services = APIServices(
            gate: gate,
            product: product,
            readiness: readiness ?? [
                ReadinessCheck(part: "documents") { try await store.ping() },
                ReadinessCheck(part: "bus") { try await bus.ping() },
            ],
            openAPI: try OpenAPIFile.bytes(),
            version: "test",
            isLeaving: isLeaving
        )
        WebAPI.add(to: router, services: services)
        // Building the responder adds a HEAD to every GET, which is no route of its own.
        let routes = router.routes.map(\.description)
        return World(
            store: store,
            bus: bus,
            worker: worker,
            clock: clock,
            product: product,
            sessions: sessions,
            users: try await Self.people(in: store, at: clock.wallClock.now),
            application: Application(responder: router.buildResponder(), logger: logs.logger),
            routes: routes,
            logs: logs
        )
    }

    private static func people(in store: any DocumentStore, at now: Timestamp) async throws -> [Person: User] {
        let users = UserRepository(store: store)
        let workspaces = WorkspaceRepository(store: store, identifiers: .live)
        var people: [Person: User] = [:]
        for person in Person.allCases where person != .nobody {
            let user = try await users.insert(
                User(
                    id: IdentifierSource.live.make(),
                    email: "\(person)@acme.test",
                    displayName: "The \(person)",
                    createdAt: now
                )
            )
            try await users.completeOnboarding(of: user.id, at: now)
            people[person] = try await users.find(user.id)
        }
        guard let owner = people[.owner], let stranger = people[.stranger] else { return people }
        let acme = try await workspaces.provision(name: "Acme", owner: owner.id, at: now)
        _ = try await workspaces.provision(name: "Other", owner: stranger.id, at: now)
        for (person, role) in [(Person.admin, Role.admin), (.member, .member), (.colleague, .member)] {
            guard let user = people[person] else { continue }
            try await workspaces.join(user.id, to: acme.id, as: role, at: now)
        }
        return people
    }

    func session(of person: Person) -> String? {
        self.users[person].map { "second_no_auth_session=" + self.sessions.issue(to: $0.id, epoch: 0) }
    }

    /// A request as that person, straight into the router.
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        as person: Person = .nobody,
        headers: HTTPFields = [:],
        body: ByteBuffer? = nil
    ) async throws -> TestResponse {
        var headers = headers
        if headers[.cookie] == nil, let cookie = self.session(of: person) { headers[.cookie] = cookie }
        let sent = headers
        return try await self.application.test(.router) { client in
            try await client.execute(uri: path, method: method, headers: sent, body: body)
        }
    }

    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        as person: Person = .nobody,
        json: String
    ) async throws -> TestResponse {
        try await self.send(
            method,
            path,
            as: person,
            headers: [.contentType: "application/json"],
            body: ByteBuffer(string: json)
        )
    }

    // MARK: - Things in it

    func member(_ person: Person) async throws -> WorkspaceMember {
        guard let user = self.users[person], let id = WorkspaceID(Self.workspace),
            let audience = try await self.product.events.audience(user.id, in: id)
        else { throw MissingPerson() }
        return audience.member
    }

    struct MissingPerson: Error {}

    /// An app of that person, with a first run.
    func makeApp(_ name: String = "Tracker", by person: Person = .member) async throws -> (app: App, run: Run) {
        let draft = try AppDraft(name: name, prompt: "Track", runtime: nil, createsInitialRun: true)
        let (app, run) = try await self.product.apps.create(draft, by: try await self.member(person))
        guard let run else { throw MissingPerson() }
        return (app, run)
    }

    /// A run that streams, owned by nobody here.
    func claim(_ run: Run) async throws -> (scope: RunScope, lease: StreamLease) {
        let scope = RunScope(workspaceID: run.workspaceID, appID: run.appID, runID: run.id)
        let now = self.clock.wallClock.now
        let lease = StreamLease(id: "l1", startedAt: now, owner: "test")
        let claimed = try await RunRepository(store: self.store).claim(
            scope,
            as: run,
            lease: lease,
            writing: [],
            attachments: [],
            isRerun: false,
            at: now
        )
        _ = try #require(claimed)
        return (scope, lease)
    }

    @discardableResult
    func save(_ files: [String: String], to app: App, summary: String = "Built") async throws -> SourceRevision {
        let blobs = BlobRepository(store: self.store)
        let revisions = RevisionRepository(store: self.store, blobs: blobs)
        let apps = AppRepository(store: self.store)
        let sources = SourceService(
            apps: apps,
            revisions: revisions,
            events: WorkspaceEventPublisher(bus: self.bus, clock: self.clock.wallClock),
            wallClock: self.clock.wallClock,
            identifiers: .live
        )
        return try await sources.save(
            files.compactMap { path, text in
                SourcePath(path).map { SourceFile(path: $0, bytes: Data(text.utf8)) }
            },
            of: AppScope(workspaceID: app.workspaceID, appID: app.id),
            summary: summary,
            origin: .build,
            by: nil
        )
    }

    func path(of app: App) -> String { "/api/workspaces/\(Self.workspace)/apps/\(app.id)" }
}

extension TestResponse {
    var text: String { String(buffer: self.body) }

    var json: JSONValue? { try? JSONValue(parsing: Data(self.body.readableBytesView)) }

    var code: String? { self.json?["error"]?.string }

    /// The cookies that were set, by name.
    func cookie(_ name: String) -> String? {
        self.headers[values: .setCookie].first { $0.hasPrefix(name + "=") }
    }
}

/// A clock that a test moves.
final class MovableClock: Sendable {
    private let time = Mutex(Timestamp(milliseconds: 1_800_000_000_000))

    var wallClock: WallClock { WallClock { self.time.withLock { $0 } } }

    func advance(by duration: Duration) {
        self.time.withLock { $0 = $0.adding(duration) }
    }
}

/// Keeps what was logged.
final class LogRecorder: Sendable {
    struct Line: Sendable {
        var level: Logger.Level
        var message: String
        var metadata: String
    }

    private let lines = Mutex<[Line]>([])

    var all: [Line] { self.lines.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(recorder: self) }
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let merged = self.metadata.merging(event.metadata ?? [:]) { _, new in new }
            self.recorder.lines.withLock {
                $0.append(Line(level: event.level, message: "\(event.message)", metadata: "\(merged)"))
            }
        }
    }
}

/// The committed description of the API.
enum OpenAPIFile {
    static func bytes() throws -> ByteBuffer {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return ByteBuffer(bytes: try Data(contentsOf: root.appending(path: "Web/openapi.json")))
    }
}
