package import Domain
package import Foundation
package import Logging
package import RuntimeProtocols
import Synchronization

/// Runs one turn of a runtime with a model that says what a plan says, to find out whether the two still understand each
/// other (spec 03 §22.34).
///
/// The turn is a builder turn: the same command line, environment, home, sandbox, tool servers and hooks, in folders of
/// its own that are gone afterwards. It needs no session and touches no app.
package struct RuntimeSelfTest: Sendable {
    /// What the turn is played on.
    package struct Stage: Sendable {
        package var plan: SelfTestPlan
        /// Makes the runtime, whose model must be the plan's; the argument is told how its process ended.
        package var runtime: @Sendable (_ exited: @escaping @Sendable (String) -> Void) -> any AgentRuntime
        package var version: String?
        package var broker: MCPBroker
        /// Where the broker's routes answer on loopback.
        package var base: URL
        /// What the model was asked so far.
        package var requests: @Sendable () async -> [SelfTestRequest]

        package init(
            plan: SelfTestPlan,
            runtime: @escaping @Sendable (_ exited: @escaping @Sendable (String) -> Void) -> any AgentRuntime,
            version: String?,
            broker: MCPBroker,
            base: URL,
            requests: @escaping @Sendable () async -> [SelfTestRequest]
        ) {
            self.plan = plan
            self.runtime = runtime
            self.version = version
            self.broker = broker
            self.base = base
            self.requests = requests
        }
    }

    /// Folders of tests whose process died are removed after this.
    private static let leftoverAge = Duration.seconds(600)
    /// Calls of the model are two; more would be a loop.
    private static let maximumTurns = 4

    private let folders: SelfTestFolders
    private let limit: Duration
    private let identifiers: IdentifierSource
    private let clock: any Clock<Duration>
    private let logger: Logger

    /// A test in `folder`, which exists; a turn gets at most `limit`, and the seconds that stopping takes.
    package init(
        folder: URL,
        limit: Duration = .seconds(60),
        identifiers: IdentifierSource = .live,
        wallClock: WallClock = .live,
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger
    ) {
        self.folders = SelfTestFolders(parent: folder, wallClock: wallClock)
        self.limit = limit
        self.identifiers = identifiers
        self.clock = clock
        self.logger = logger
    }

    /// Plays the turn, and removes everything behind it.
    ///
    /// - Throws: what kept the test itself from being made, such as a full disk, or `CancellationError`: nothing is known
    ///   about the runtime then.
    package func run(_ stage: Stage) async throws -> SelfTestFinding {
        await self.folders.removeLeftovers(olderThan: Self.leftoverAge)
        let name = self.identifiers.token(bytes: 8)
        let place = try await self.folders.make(name)
        let collector = Collector()
        let runtime = stage.runtime { exit in collector.change { $0.exit = exit } }
        let context = ToolContext(
            appID: self.identifiers.make(),
            runID: nil,
            workspace: place.workspace,
            capture: { name, description in collector.change { $0.call = $0.call ?? (name, description) } }
        )
        let (brokerID, endpoints) = await stage.broker.open(context, allowed: ToolCatalogue.selfTest, base: stage.base)
        var turn = TurnRequest.builder(
            key: name,
            prompt: stage.plan.prompt,
            systemPrompt: stage.plan.systemPrompt,
            settings: RuntimeRegistry.standard.defaults(of: runtime.id),
            maxTurns: Self.maximumTurns,
            resume: nil,
            workspace: place.workspace,
            home: place.home
        )
        turn.toolServers = endpoints
        let isOverTime = await self.play(turn, on: runtime, into: collector)
        await stage.broker.close(brokerID)
        let requests = await stage.requests()
        await self.remove(name)
        try Task.checkCancellation()
        var evidence = collector.evidence
        evidence.requests = requests
        evidence.isOverTime = isOverTime
        return SelfTestFinding(evidence, plan: stage.plan, runtime: runtime.id, version: stage.version)
    }

    /// Returns when the turn's processes are gone; whether they were stopped because their time was over.
    private func play(_ turn: TurnRequest, on runtime: any AgentRuntime, into collector: Collector) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await runtime.run(turn) { event in collector.change { $0.receive(event) } }
                } catch let failure as RuntimeFailure {
                    collector.change { $0.failure = failure }
                } catch {
                    collector.change { $0.failure = .failed("The turn broke.") }
                }
                return false
            }
            group.addTask {
                // Cancelled: the turn was over before.
                (try? await self.clock.sleep(for: self.limit)) != nil
            }
            let isOverTime = await group.next() ?? false
            group.cancelAll()
            return isOverTime
        }
    }

    private func remove(_ name: String) async {
        do {
            try await self.folders.remove(name)
        } catch {
            self.logger.warning("The folder of a self-test was left", metadata: ["error": "\(error)"])
        }
    }
}

/// The evidence behind a lock: events, the tool's capture and the end of the process come from different tasks.
private final class Collector: Sendable {
    private let state = Mutex(SelfTestEvidence())

    var evidence: SelfTestEvidence { self.state.withLock { $0 } }

    func change(_ body: (inout SelfTestEvidence) -> Void) {
        self.state.withLock { body(&$0) }
    }
}
