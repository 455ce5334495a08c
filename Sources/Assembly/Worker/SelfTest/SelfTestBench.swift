import Builder
import Domain
import Foundation
import Hummingbird
import Logging
import ScriptedModel
import WorkerAPI

/// Everything that one self-test needs besides the runtime: a model, the tools, folders; made for it and gone with it.
struct SelfTestBench: Sendable {
    private struct NoListener: Error {}

    /// Where the throw-away folders are made.
    let folder: URL
    let limit: Duration
    private let logger: Logger

    init(folder: URL, limit: Duration = .seconds(60), logger: Logger) {
        self.folder = folder
        self.limit = limit
        // The turn is nobody's: what it says about itself is in the finding.
        var quiet = logger
        quiet.logLevel = .critical
        self.logger = quiet
    }

    /// Plays one turn.
    ///
    /// - Throws: what kept the test from being made; nothing is known about the runtime then.
    func test(_ subject: SelfTestSubject, version: String?) async throws -> SelfTestFinding {
        let plan = SelfTestPlan()
        let test = RuntimeSelfTest(folder: self.folder, limit: self.limit, logger: self.logger)
        // A turn asks twice, and a request is some tens of kilobytes: what is more is kept from filling the memory.
        return try await ScriptedModelServer.with(
            Self.script(plan),
            logger: self.logger,
            recordLimit: 16,
            bodyLimit: 4 << 20
        ) { [logger] model, url in
            try await self.withBroker { broker, base in
                try await test.run(
                    RuntimeSelfTest.Stage(
                        plan: plan,
                        runtime: { subject.make(url, logger, $0) },
                        version: version,
                        broker: broker,
                        base: base,
                        requests: { await model.requests.compactMap(SelfTestRequest.init) }
                    )
                )
            }
        }
    }

    /// A tool broker on loopback, as turns have it, while the closure runs.
    private func withBroker(
        _ body: @Sendable (MCPBroker, URL) async throws -> SelfTestFinding
    ) async throws -> SelfTestFinding {
        let catalogue = ToolCatalogue(building: MissingToolchain(missing: []))
        let broker = MCPBroker(catalogue: catalogue, random: .live, uptime: .live, logger: self.logger)
        let address = ServerAddress()
        let listener = Application(
            router: WorkerRouter.broker(broker, logger: self.logger),
            configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { channel in await address.settle(channel.localAddress?.port ?? 0) },
            logger: self.logger
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await listener.run()
                } catch {
                    await address.settle(0)
                    throw error
                }
                await address.settle(0)
            }
            let base = await address.url()
            guard base.port != 0 else { throw NoListener() }
            let finding = try await body(broker, base)
            group.cancelAll()
            return finding
        }
    }

    private static func script(_ plan: SelfTestPlan) -> Script {
        Script(
            name: "self-test",
            turns: [
                .init(
                    "call",
                    when: .init(first: true, offers: [SelfTestPlan.tool]),
                    answer: .init([.tool(SelfTestPlan.tool, plan.arguments)])
                ),
                .init("end", when: .init(after: "call"), answer: .init([.text(plan.answer)])),
            ]
        )
    }
}

extension SelfTestRequest {
    /// `nil` for what was no request for an answer.
    fileprivate init?(_ recorded: RecordedRequest) {
        guard recorded.outcome != .sideCall, let model = recorded.model else { return nil }
        self.init(system: model.system, tools: model.tools, texts: model.texts, results: model.results.map(\.text))
    }
}
