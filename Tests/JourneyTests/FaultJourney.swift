import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import ScriptedModel
import TestServers
import TestSupport
import Testing

/// What goes wrong around a turn without anything being gone for good, with real processes.
@Suite(
    .serialized,
    .enabled(if: Installation.isWanted, "secantusd-py, redis-server, Claude Code or the server is missing.")
)
struct FaultJourney {
    // MARK: - The bus

    @Test(.timeLimit(.minutes(4)))
    func twoHundredViewersSeeATurnWholeOverARestartOfTheBus() async throws {
        try await Scene.play("viewers", busKeepsData: true) { scene, _ in
            try await Self.withClient { client in
                let signal = Follower.Signal()
                try await withThrowingTaskGroup(of: Follower.Seen.self) { group in
                    for number in 0..<200 {
                        let person = number.isMultiple(of: 2) ? scene.author : scene.viewer
                        var follower = Follower(scene.conversation, by: person, client: client, signal: signal)
                        // Half of them stay for as long as the server keeps them.
                        follower.leaves = number % 4 < 2
                        let viewer = follower
                        group.addTask { try await viewer.follow() }
                    }
                    try await Self.wait("all to see something") { signal.arrived == 200 }
                    await scene.installation.bus.kill()
                    signal.hangUp()
                    try await scene.installation.bus.restart()
                    var visits = 0
                    for try await seen in group {
                        #expect(seen.text == Scene.words)
                        #expect(zip(seen.numbers, seen.numbers.dropFirst()).allSatisfy { $0 < $1 }, "Each chunk once.")
                        visits += seen.visits
                    }
                    #expect(visits >= 300, "Those that left came back.")
                }
            }
            let done = try await scene.conversation.wait("the end", by: scene.viewer) {
                $0["status"]?.string == "completed"
            }
            #expect(done.spoken == Scene.words)
            #expect(done["messages"]?.array?.count == 2)
        }
    }

    // MARK: - The database

    @Test(.timeLimit(.minutes(4)))
    func aSlowDatabaseHoldsUpNoStream() async throws {
        try await Scene.play("slow-database") { scene, watched in
            let start = ContinuousClock.now
            // Half a second for every question and its answer; some ninety pieces of the answer are still to come.
            scene.installation.databaseLink.delay(by: .milliseconds(250))
            let frames = try await watched.value
            #expect(ContinuousClock.now - start < .seconds(45), "It would take a minute if a piece waited for a write.")
            #expect(Scene.text(of: frames) == Scene.words)
            #expect(frames.hasSuffix("data: [DONE]\n\n"))
            let done = try await scene.conversation.wait("the end", by: scene.viewer, within: .seconds(60)) {
                $0["status"]?.string == "completed"
            }
            #expect(done.spoken == Scene.words)
            #expect(done["messages"]?.array?.count == 2)
            let next = try await scene.conversation.send("Tell me everything again", id: "m2", by: scene.author)
            #expect(Scene.text(of: next.text) == SlowAnswer.quick)
        }
    }

    // MARK: - Viewers

    /// Somewhat more than three megabytes, which take a few seconds.
    private static let flood = (0..<400_000).map { "w\($0)" }.joined(separator: " ")

    @Test(.timeLimit(.minutes(4)))
    func viewersWhoNeverReadCostNeitherMemoryNorTheOthersTheirAnswer() async throws {
        let script = Script(
            turns: Desk.naming + [
                .init(
                    "flood",
                    when: .init(says: ["tell me"]),
                    answer: .init([.text(Self.flood)], pace: 10, piece: 6000)
                )
            ]
        )
        try await ScriptedModelServer.with(script, logger: Desk.logger) { _, model in
            try await Installation.with("starers", model: model) { installation in
                let author = Visitor(installation.url(0))
                let conversation = try await author.makeApp("Tell me everything")
                let viewer = Visitor(installation.url(1), cookies: author.cookies)
                async let sent: Visitor.Answer? = try? conversation.send("Tell me everything", id: "m1", by: author)
                _ = try await conversation.wait("a stream", by: viewer) { $0["activeStreamId"]?.string != nil }
                let before = try await Self.memory(of: installation.webs[1])
                let path = conversation.path + "/stream"
                let port = installation.webs[1].port
                let starers = try await withThrowingTaskGroup(of: (any Channel).self) { group in
                    for _ in 0..<100 {
                        group.addTask { try await Starer.stare(at: path, of: port, by: viewer) }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                let seen = try await Self.withClient { client in
                    try await Follower(conversation, by: viewer, client: client, signal: .init()).follow()
                }
                #expect(seen.text == Self.flood)
                let after = try await Self.memory(of: installation.webs[1])
                // What a hundred viewers have not read would be more than 300 MB.
                #expect(after - before < 150 << 20, "\(before >> 20) MB before, \(after >> 20) MB after")
                let done = try await conversation.wait("the end", by: viewer) { $0["status"]?.string == "completed" }
                // What is stored of such an answer is bounded, and says so.
                let stored = done.spoken.components(separatedBy: "\n… cut for storage …")
                #expect(stored.count == 2 && stored[1].isEmpty)
                #expect(stored[0].count > 10_000 && Self.flood.hasPrefix(stored[0]))
                for starer in starers { starer.close(promise: nil) }
                let answer = await sent
                #expect(answer?.text.hasSuffix("data: [DONE]\n\n") == true)
            }
        }
    }

    // MARK: - The build

    private static let app = "export function App() { return <p>Version one</p>; }\n"

    /// The first message builds version one; the second version two, which is lost under the build and asked for again.
    private static let building = Script(
        turns: Desk.naming + [
            .init(
                "one-built",
                when: .init(after: "one-build", result: ["complete"]),
                answer: .init([.text("One is built.")])
            ),
            .init(
                "two-built",
                when: .init(after: "two-build", result: ["complete"]),
                answer: .init([.text("Two is built.")])
            ),
            .init("one-build", when: .init(after: "one-write"), answer: .init([Self.buildTool])),
            .init("two-build", when: .init(after: "two-write"), answer: .init([Self.buildTool])),
            .init("one-write", when: .init(after: "one"), answer: .init([Self.write(Self.app)])),
            .init(
                "two-write",
                when: .init(after: "two", result: ["Version"]),
                answer: .init([Self.write(Self.app.replacing("one", with: "two"))])
            ),
            // The other worker is told what was said before, so the last wish comes first.
            .init("two", when: .init(says: ["version two"]), answer: .init([.text("I look first."), Self.read])),
            .init("one", when: .init(says: ["version one"]), answer: .init([.text("I begin."), Self.read])),
        ]
    )
    private static let read = Script.Answer.Block.tool("Read", ["file_path": "src/App.tsx"])
    private static let buildTool = Script.Answer.Block.tool("mcp__second__done_building", ["summary": "It is built."])

    private static func write(_ content: String) -> Script.Answer.Block {
        .tool("Write", ["file_path": "src/App.tsx", "content": .string(content)])
    }

    @Test(.timeLimit(.minutes(4)))
    func aWorkerThatIsKilledInTheMiddleOfABuildIsReplacedByTheOther() async throws {
        try await ScriptedModelServer.with(Self.building, logger: Desk.logger) { _, model in
            try await Installation.with("kill-build", model: model) { installation in
                let person = Visitor(installation.url(0))
                let conversation = try await person.makeApp("Build version one")
                let first = try await conversation.send("Build version one", id: "m1", by: person)
                #expect(Scene.text(of: first.text).hasSuffix("One is built."), "\(first.text.suffix(2000))")

                async let sent: Visitor.Answer? = try? conversation.send("Build version two", id: "m2", by: person)
                _ = try await conversation.wait("a stream", by: person) { $0["activeStreamId"]?.string != nil }
                // Looked for beforehand: the build is over in a second.
                let builder = try await Self.builder(of: conversation.appID, in: installation)
                let tool = "\"mcp__second__done_building\""
                let (frames, seen) = Scene.watch(conversation, by: person, until: tool)
                for await _ in seen {}
                await builder.kill()
                #expect(try await frames.value.contains("connection to the builder was lost"))
                _ = await sent
                let failed = try await conversation.wait("the failure", by: person) { $0["status"]?.string == "failed" }
                #expect(failed["failure"]?["retryable"] == .bool(true))
                #expect(failed["activeStreamId"]?.string == nil)
                #expect(failed["messages"]?.array?.count == 4)
                #expect(failed.spoken.contains("I look first."), "The partial answer is kept.")

                // Version one is what the other worker begins with: it has never seen the app.
                let again = try await conversation.retry(by: person)
                #expect(Scene.text(of: again.text).hasSuffix("Two is built."), "\(again.text.suffix(2000))")
                let done = try await conversation.wait("the end", by: person) { $0["status"]?.string == "completed" }
                #expect(done["messages"]?.array?.count == 4)
                let file = try await person.call(
                    .GET,
                    conversation.app + "/files/content?version=draft&path=src/App.tsx"
                )
                #expect(file.text.contains("Version two"), "\(file.status) \(file.text)")
                let preview = try await person.call(.GET, conversation.app + "/preview?version=draft")
                #expect(preview.status == 200, "\(preview.text)")
            }
        }
    }

    /// The worker that runs the app's agent, as soon as there is one; each keeps a type checker besides.
    private static func builder(of appID: String, in installation: Installation) async throws -> LoopbackServer {
        var builder: LoopbackServer?
        try await eventually("a worker runs the agent") {
            for worker in installation.workers where builder == nil {
                let lines = ProcessTree.descendants(of: await worker.processID ?? 0).compactMap { child in
                    // A process may end while it is looked at.
                    try? String(contentsOfFile: "/proc/\(child)/cmdline", encoding: .utf8)
                }
                if lines.contains(where: { $0.contains("--mcp-config") && $0.contains(appID) }) { builder = worker }
            }
            return builder != nil
        }
        return try #require(builder)
    }

    // MARK: - Clocks

    @Test(
        .timeLimit(.minutes(4)),
        .enabled(
            if: LoopbackServer.Program.canBeWrong,
            "libfaketime is not installed (apt-get install faketime)."
        ),
        arguments: ["+300", "-300"]
    )
    func processesWhoseClocksAreFiveMinutesApartWorkTogether(_ skew: String) async throws {
        // A session is good where the clock is no more than a minute behind the one that dated it (spec 01 §3.2).
        try await Scene.play("skew\(skew)", wrongClocks: skew, signingInAt: skew.hasPrefix("-") ? 1 : 0) {
            scene,
            watched in
            let wrong = try await Self.clock(of: scene.viewer).timeIntervalSince(Self.clock(of: scene.author))
            #expect(abs(wrong) > 240 && abs(wrong) < 360, "The clocks are wrong by \(wrong) seconds.")
            let frames = try await watched.value
            #expect(Scene.text(of: frames) == Scene.words)
            let done = try await scene.conversation.wait("the end", by: scene.viewer) {
                $0["status"]?.string != "streaming"
            }
            #expect(done["status"]?.string == "completed", "\(done["failure"] ?? .null)")
            #expect(done.spoken == Scene.words)
            // And with the web whose clock is wrong as its owner.
            let next = try await scene.conversation.send("Tell me everything again", id: "m2", by: scene.viewer)
            #expect(Scene.text(of: next.text) == SlowAnswer.quick)
            for web in scene.installation.webs.indices { try await scene.installation.waitUntilReady(web) }
        }
    }

    /// What time a web thinks it is, to the second.
    private static func clock(of person: Visitor) async throws -> Date {
        let response = try await HTTPClient.shared.execute(
            HTTPClientRequest(url: person.base + "/api/health"),
            timeout: .seconds(30)
        )
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
        return try #require(formatter.date(from: response.headers.first(name: "date") ?? ""))
    }

    // MARK: - Parts

    /// Hundreds of connections to one host, which the shared client would not open.
    private static func withClient<Result: Sendable>(
        _ body: (HTTPClient) async throws -> Result
    ) async throws -> Result {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 300
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(client)) } catch { result = .failure(error) }
        try await client.shutdown()
        return try result.get()
    }

    private static func wait(
        _ what: String,
        within limit: Duration = .seconds(60),
        until isTrue: () -> Bool
    ) async throws {
        let deadline = ContinuousClock.now.advanced(by: limit)
        while !isTrue() {
            guard ContinuousClock.now < deadline else {
                throw JourneyFailure(description: "Waited \(limit) for \(what).")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    /// Bytes that are resident.
    private static func memory(of server: LoopbackServer) async throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(await server.processID ?? 0)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        let kilobytes = try #require(line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) })
        return kilobytes << 10
    }
}
