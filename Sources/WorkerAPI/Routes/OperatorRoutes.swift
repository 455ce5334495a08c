import Domain
import HTTPTypes
import Hummingbird

/// What operators ask a worker, behind the token: how it is in detail, and to take no more turns (spec 05 B42, B46).
struct OperatorRoutes: Sendable {
    let worker: WorkerService
    let version: String
    /// Begins to drain and returns at once; `nil` where somebody else decides about the process.
    let drain: (@Sendable () async -> Void)?

    func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.get("/sessions") { _, _ in try await self.details() }
        if let drain = self.drain {
            router.post("/drain") { _, _ in
                await drain()
                return try await self.details(status: .accepted)
            }
        }
    }

    private func details(status: HTTPResponse.Status = .ok) async throws -> Response {
        let load = await self.worker.load()
        let sessions = await self.worker.sessions.all.map { appID, session -> JSONValue in
            var members: [String: JSONValue] = [
                "appId": .string(appID.rawValue), "status": session.job == nil ? "idle" : "busy",
                "lastActiveAt": .string(session.lastActiveAt.text),
            ]
            members["runId"] = (session.job?.runID).map { .string($0.rawValue) }
            members["runtimeId"] = session.native.map { .string($0.runtimeID.rawValue) }
            return .object(members)
        }
        return try WorkerAnswer.json(
            [
                "status": load.isDraining ? "draining" : "ok", "version": .string(self.version),
                "running": .integer(Int64(load.running + load.sideJobs)), "capacity": .integer(Int64(load.capacity)),
                "sessions": .array(sessions),
            ],
            status: status
        )
    }
}
