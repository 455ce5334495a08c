import Application
import Hummingbird
import NIOCore
import WebGate
import Wire

/// Serves `/api/health`, `/api/ready` and `/api/openapi.json`.
struct SystemRoutes {
    private let services: APIServices
    private let readiness: Readiness

    init(services: APIServices) {
        self.services = services
        self.readiness = Readiness(checks: services.readiness, clock: services.clock)
    }

    func add(to routes: RouteRegistrar) {
        routes.open(RouteTable.health) { _, _ in JSONAnswer.response(bytes: ByteBuffer(string: #"{"status":"ok"}"#)) }
        routes.open(RouteTable.ready, use: self.ready)
        routes.open(RouteTable.openAPI) { [services] _, _ in JSONAnswer.response(bytes: services.openAPI) }
    }

    /// 503 names the first part that is missing, and the state of all; or says that the server is being stopped.
    @Sendable
    private func ready(_: Request, _: SecondRequestContext) async throws -> Response {
        let isLeaving = self.services.isLeaving()
        let states = isLeaving ? [] : await self.readiness.states()
        let failing = isLeaving ? "server_stopping" : states.first { !$0.isReady }.map { "\($0.part)_unreachable" }
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("status", failing == nil ? "ok" : "error")
            writer.field("version", self.services.version)
            if let failing { writer.field("detail", failing) }
            writer.key("parts")
            writer.array { writer in
                for (part, isReady) in states {
                    writer.object { writer in
                        writer.field("name", part)
                        writer.field("status", isReady ? "ok" : "error")
                    }
                }
            }
        }
        return JSONAnswer.response(bytes: writer.buffer, status: failing == nil ? .ok : .serviceUnavailable)
    }
}
