package import Application
import Domain

/// What an operator is told of a worker.
package enum WorkerExamination: Sendable {
    case unreachable
    /// It answers, and does not know our `INTERNAL_API_TOKEN`.
    case tokenRefused
    case answers(version: String, RuntimeDetection)
}

extension RemoteWorker {
    /// Asks for health, then with the token for the runtimes; changes nothing.
    package func examine() async -> WorkerExamination {
        let limits = self.client.limits
        do {
            let health = try await self.client.json(
                .init(path: "/health", limit: limits.connect, answerBytes: limits.answerBytes)
            )
            let status = try await self.client.status(
                .init(path: "/sessions", limit: limits.question, answerBytes: limits.answerBytes)
            )
            if status == 401 || status == 403 { return .tokenRefused }
            return .answers(version: health["version"]?.string ?? "unknown", try await self.detect())
        } catch {
            return .unreachable
        }
    }
}
