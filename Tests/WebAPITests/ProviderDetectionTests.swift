import Application
import Domain
import HTTPTypes
import HummingbirdTesting
import Synchronization
import Testing
import WebAPI

/// What the provider step asks (spec 01 §9.4, 03 §17.2).
@Suite("Detecting runtimes")
struct ProviderDetectionTests {
    private static let path = "/api/setup/detect-provider"

    @Test("a worker that does not answer is told from one without runtimes")
    func aWorkerThatDoesNotAnswerIsToldSo() async throws {
        let world = try await World.make()
        let there = try await world.send(.get, Self.path, as: .member)
        #expect(there.json?["workerReachable"] == true)
        #expect(there.json?["error"] == nil)
        #expect(there.json?["isDemo"] == true)
        world.worker.state.withLock { $0.refusal = .unreachable }
        let away = try await world.send(.get, Self.path, as: .member)
        #expect(away.status == .ok)
        #expect(away.json?["workerReachable"] == false)
        #expect(away.json?["error"]?.string == "worker_unavailable")
        #expect(away.json?["claudeCli"]?["available"] == false)
        #expect(away.json?["apiKeyConfigured"] == false)
        for runtime in ["claude-code", "codex-cli", "opencode"] {
            #expect(away.json?["runtimes"]?[runtime]?["available"] == false, "\(runtime)")
        }
    }
}
