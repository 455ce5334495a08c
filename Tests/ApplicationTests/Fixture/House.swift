import Application
import Bus
import Documents
import Domain
import Foundation
import LocalBus
import Logging
import NIOCore
import Synchronization
import TestShapes
import TestSupport
import Testing

/// One workspace with one app over a store of the shape that is tested; fresh for each test.
///
/// The bus is that of one process on both shapes, because it runs on the tests' clock, which Redis does not have;
/// `MessageBusCheck` and the suites of the API hold Redis to the same behaviour.
struct House: Sendable {
    let store: BreakableStore
    let bus: LocalBus
    /// The way to the bus, which can be cut.
    let line: BreakableBus
    let worker: StandInWorker
    let clock: ManualClock
    let supervisor: TurnSupervisor
    let tools: RunTools
    let runs: RunService
    let presence: OwnerPresence
    let app: App
    let author: TurnIntake.Author

    var appScope: AppScope { AppScope(workspaceID: self.app.workspaceID, appID: self.app.id) }

    /// Runs the body beside a running supervisor, which ends with it.
    static func open(
        on earlier: House? = nil,
        owner: String = "process-1",
        sharingBus: Bool = false,
        skew: Duration = .zero,
        _ body: @Sendable @escaping (House) async throws -> Void
    ) async throws {
        let house = try await House(on: earlier, owner: owner, sharingBus: sharingBus, skew: skew)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await house.supervisor.run() }
            defer { group.cancelAll() }
            try await body(house)
        }
    }

    /// `skew` sets this process's wall clock ahead; `sharingBus` makes it a second process of one installation.
    private init(on earlier: House?, owner: String, sharingBus: Bool, skew: Duration) async throws {
        self.store =
            try earlier?.store
            ?? BreakableStore(
                TestShape.store { Issue.record(Comment(rawValue: $0)) }
            )
        let clock = earlier?.clock ?? ManualClock()
        let uptime = Uptime { clock.now.offset }
        self.bus = sharingBus ? earlier?.bus ?? LocalBus(uptime: uptime) : LocalBus(uptime: uptime)
        self.line = BreakableBus(self.bus)
        self.worker = earlier?.worker ?? StandInWorker()
        self.clock = clock
        self.supervisor = TurnSupervisor(owner: owner)
        let identifiers = earlier?.tools.identifiers ?? Self.countingIdentifiers()
        let wall = WallClock { clock.wall.now.adding(skew) }
        self.tools = RunTools(
            store: self.store,
            bus: self.line,
            worker: self.worker,
            wallClock: wall,
            clock: self.clock,
            uptime: uptime,
            identifiers: identifiers,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            isLocal: true
        )
        self.runs = RunService(tools: self.tools, supervisor: self.supervisor)
        self.presence = OwnerPresence(owner: owner, bus: self.bus, clock: self.clock, logger: self.tools.logger)
        if let earlier {
            self.app = earlier.app
            self.author = earlier.author
            return
        }
        try await self.store.prepare(Collections.all)
        let userID: User.ID = identifiers.make()
        self.author = .init(id: userID, name: "Ada")
        self.app = try await Self.makeApp("Leads", by: userID, identifiers, wall)
        _ = try await self.tools.apps.insert(self.app)
    }

    func secondApp() async throws -> App {
        let app = try await Self.makeApp("Other", by: self.author.id, self.tools.identifiers, self.clock.wall)
        return try await self.tools.apps.insert(app)
    }

    private static func makeApp(
        _ name: String,
        by userID: User.ID,
        _ identifiers: IdentifierSource,
        _ wall: WallClock
    ) async throws -> App {
        App(
            id: identifiers.make(),
            workspaceID: try #require(WorkspaceID("acme")),
            createdByUserID: userID,
            name: try #require(AppName(name)),
            isNamedByPerson: false,
            prompt: "A lead tracker",
            runtime: .standard,
            createdAt: wall.now
        )
    }

    private static func countingIdentifiers() -> IdentifierSource {
        let counter = CountingBytes()
        return IdentifierSource(bytes: RandomBytes { counter.take($0) })
    }

    // MARK: - Steps

    func newRun(of app: AppScope? = nil) async throws -> RunScope {
        let run = try await self.runs.create(in: app ?? self.appScope, by: self.author.id)
        return RunScope(workspaceID: run.workspaceID, appID: run.appID, runID: run.id)
    }

    func run(_ scope: RunScope) async throws -> Run {
        try await self.runs.find(scope)
    }

    /// A claim of which nothing more comes, as of a process that dies.
    @discardableResult
    func claim(_ scope: RunScope, owner: String, writing messages: [UIMessage] = []) async throws -> StreamLease {
        let now = self.tools.wallClock.now
        let lease = StreamLease(id: "lease-\(owner)", startedAt: now, owner: owner)
        let claimed = try await self.tools.runs.claim(
            scope,
            as: try await self.run(scope),
            lease: lease,
            writing: messages,
            attachments: [],
            isRerun: false,
            at: now
        )
        _ = try #require(claimed)
        return lease
    }

    /// The stream of a claimed run is there.
    @discardableResult
    func makeAttachable(_ scope: RunScope, _ lease: StreamLease, streamID: String = "s") async throws -> Run {
        let now = self.tools.wallClock.now
        let ready = try await self.tools.runs.makeAttachable(scope, lease: lease, streamID: streamID, at: now)
        return try #require(ready)
    }

    /// The stored history with one more message of a person, as a client would send it.
    func request(
        _ text: String,
        id: String,
        in scope: RunScope,
        decision: (call: String, verdict: String)? = nil,
        retry: Bool = false
    ) async throws -> ChatRequest {
        var known: [(String, String)] = try await self.run(scope).messages.map { ($0.id, $0.role.rawValue) }
        if retry, let index = known.firstIndex(where: { $0.0 == id }) { known = Array(known[..<index]) }
        return try Self.request(text, id: id, after: known, decision: decision, retry: retry)
    }

    static func request(
        _ text: String,
        id: String,
        after known: [(String, String)],
        decision: (call: String, verdict: String)? = nil,
        retry: Bool = false,
        attachments: JSONValue = []
    ) throws -> ChatRequest {
        var messages: [JSONValue] = known.map { ["id": .string($0.0), "role": .string($0.1), "parts": []] }
        var metadata: [String: JSONValue] = [:]
        if let decision {
            metadata["decision"] = ["toolCallId": .string(decision.call), "verdict": .string(decision.verdict)]
        }
        messages.append([
            "id": .string(id), "role": "user", "parts": [["type": "text", "text": .string(text)]],
            "metadata": .object(metadata),
        ])
        var body: [String: JSONValue] = ["messages": .array(messages), "attachments": attachments]
        if retry { body["retryLastMessageId"] = .string(id) }
        return try ChatRequest(parsing: JSONValue.object(body).encoded())
    }

    @discardableResult
    func send(_ text: String, id: String, to scope: RunScope) async throws -> RunService.ChatAnswer {
        try await self.runs.send(try await self.request(text, id: id, in: scope), to: scope, by: self.author)
    }

    /// Sends and reads the whole answer.
    @discardableResult
    func talk(_ text: String, id: String, to scope: RunScope) async throws -> String {
        try await Self.read(try await self.send(text, id: id, to: scope).stream)
    }

    /// Says yes to a card and waits for the end of the turn that follows.
    func approve(_ call: String?, id: String, in scope: RunScope, retry: Bool = false) async throws -> Run {
        let decision = call.map { (call: $0, verdict: "approved") }
        let request = try await self.request("Approved", id: id, in: scope, decision: decision, retry: retry)
        _ = try await Self.read(try await self.runs.send(request, to: scope, by: self.author).stream)
        return try await self.ended(scope)
    }

    static func read(_ stream: RunStream) async throws -> String {
        var text = ""
        for try await buffer in stream { text += String(buffer: buffer) }
        return text
    }

    func ended(_ scope: RunScope) async throws -> Run {
        try await eventually("the run ends") { try await self.run(scope).status != .streaming }
        try await eventually("the turn is let go") { self.supervisor.turn(of: scope.runID) == nil }
        return try await self.run(scope)
    }
}

private final class CountingBytes: Sendable {
    private let count = Mutex<UInt64>(0)

    func take(_ length: Int) -> [UInt8] {
        let number = self.count.withLock { count in
            count += 1
            return count
        }
        return (0..<length).map { UInt8(truncatingIfNeeded: number >> (UInt64(min(7, length - 1 - $0)) * 8)) }
    }
}

extension SourceFile {
    init(_ path: String, _ text: String) throws {
        self.init(path: try #require(SourcePath(path)), bytes: Data(text.utf8))
    }
}

extension RunService.ChatAnswer {
    /// What the answer's head says, as `claim-result` or `error-code`.
    func chatHeader(_ name: String) -> String? {
        self.headers.first { $0.name == "x-second-chat-" + name }?.value
    }
}
