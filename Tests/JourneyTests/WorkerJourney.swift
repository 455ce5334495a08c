import Application
import Domain
import Foundation
import RemoteWorker
import RuntimeProtocols
import ScriptedModel
import Subprocess
import SystemPackage
import Testing

/// The worker as a process of its own, with the real CLI, stopped and killed as operators and machines do it.
@Suite(.serialized, .enabled(if: Desk.hasServer, "Claude Code or the server is not built; set SECOND_CLAUDE_PATH."))
struct WorkerJourney {
    private static let words = SlowAnswer.words(80)

    private static func script(pace: Int) -> Script {
        Script(turns: SlowAnswer.once(words, pace: pace))
    }

    private static func worker(_ name: String, _ model: URL, _ more: [String: String] = [:]) throws -> WorkerProcess {
        WorkerProcess(
            dataFolder: try SecondServer.freshDataFolder(name),
            environment: ["ANTHROPIC_BASE_URL": model.absoluteString, "ANTHROPIC_API_KEY": "test-key"]
                .merging(more) { _, ours in ours }
        )
    }

    private static func turn(session: WorkerSession? = nil) throws -> WorkerTurn {
        WorkerTurn(
            scope: RunScope(
                workspaceID: try #require(Workspace.ID("one")),
                appID: try #require(App.ID(String(repeating: "1", count: 24))),
                runID: try #require(Run.ID(String(repeating: "2", count: 24)))
            ),
            appName: "Leads",
            prompt: "Tell me everything",
            systemPrompt: "You build apps.",
            settings: .standard,
            maxTurns: 500,
            session: session,
            sourceFiles: nil,
            requestedByUserID: try #require(User.ID(String(repeating: "3", count: 24))),
            requestedByUserName: "Ada"
        )
    }

    private static func text(_ events: [RuntimeEvent]) -> String {
        events.map { event in
            if case .stream(.textDelta(_, let text)) = event { text } else { "" }
        }.joined()
    }

    @Test(.timeLimit(.minutes(2)))
    func aWorkerThatIsToldToStopFinishesItsTurnFirst() async throws {
        try await ScriptedModelServer.with(Self.script(pace: 50), logger: Desk.logger) { _, model in
            let ended = try await Self.worker("worker-drain", model).run { running in
                var events: [RuntimeEvent] = []
                for try await event in try await running.remote.startTurn(try Self.turn()) {
                    if events.isEmpty { running.process.send(SIGTERM) }
                    events.append(event)
                }
                return events
            }
            #expect(Self.text(ended.result) == Self.words)
            #expect(ended.status == .exited(0), "\(ended.output.suffix(2000))")
            #expect(ended.output.contains("The worker takes no more turns"))
            #expect(!ended.output.contains(WorkerProcess.token))
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func aTurnThatOutlastsTheDrainEndsWithAReason() async throws {
        try await ScriptedModelServer.with(Self.script(pace: 1000), logger: Desk.logger) { _, model in
            let worker = try Self.worker("worker-limit", model, ["SECOND_WORKER_DRAIN_SECONDS": "1"])
            let ended = try await worker.run { running -> WorkerFailure? in
                do {
                    var isFirst = true
                    for try await _ in try await running.remote.startTurn(try Self.turn()) {
                        if isFirst { running.process.send(SIGTERM) }
                        isFirst = false
                    }
                    return nil
                } catch let failure as WorkerFailure {
                    return failure
                }
            }
            #expect(ended.result == .cancelled)
            #expect(ended.status == .exited(0), "\(ended.output.suffix(2000))")
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func aWorkerThatIsKilledFailsTheTurnAndGoesOnWithItsDisk() async throws {
        try await ScriptedModelServer.with(Self.script(pace: 250), logger: Desk.logger) { _, model in
            let worker = try Self.worker("worker-kill", model)
            let killed = try await worker.run { running -> (failure: WorkerFailure?, refusal: WorkerRefusal?) in
                do {
                    for try await event in try await running.remote.startTurn(try Self.turn()) {
                        // The model is talking by now.
                        if case .stream(.textDelta) = event { running.process.send(SIGKILL) }
                    }
                    return (nil, nil)
                } catch let failure as WorkerFailure {
                    do {
                        _ = try await running.remote.status(of: try Self.turn().scope.appID)
                        return (failure, nil)
                    } catch let refusal as WorkerRefusal {
                        return (failure, refusal)
                    }
                }
            }
            #expect(
                killed.result.failure
                    == .failed(
                        "The connection to the builder was lost before the turn was over. Send your message again."
                    )
            )
            #expect(killed.result.refusal == .unreachable)
            let again = try await worker.run { running in
                let status = try await running.remote.status(of: try Self.turn().scope.appID)
                #expect(status.workspaceHasFiles)
                var events: [RuntimeEvent] = []
                for try await event in try await running.remote.startTurn(try Self.turn()) { events.append(event) }
                let session = try await running.remote.session(of: try Self.turn().scope.appID)
                #expect(session?.transcript?.isEmpty == false)
                return events
            }
            #expect(Self.text(again.result) == SlowAnswer.quick)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aWorkerThatIsSetUpWronglySaysAllOfItAndLeaves() async throws {
        let result = try await Subprocess.run(
            .path(FilePath(SecondBinary.path)),
            arguments: ["worker", "--check-config"],
            environment: .custom([
                "SECOND_ENV": "production", "SECOND_WORKER_MAX_TURNS": "0", "REDIS_URL": "http://user:hush@x",
            ]),
            output: .string(limit: 65_536),
            error: .string(limit: 65_536)
        )
        #expect(result.terminationStatus == .exited(78))
        let text = result.standardError
        for name in ["INTERNAL_API_TOKEN", "SECOND_WORKER_MAX_TURNS", "REDIS_URL"] { #expect(text.contains(name)) }
        #expect(!text.contains("hush"))
    }
}
