import Application
import Hummingbird
import NIOCore
import WebGate
import Wire

/// Serves `/api/health`, `/api/ready` and `/api/openapi.json`.
struct SystemRoutes {
    let services: APIServices

    func add(to routes: RouteRegistrar) {
        routes.open(RouteTable.health) { _, _ in JSONAnswer.response(bytes: ByteBuffer(string: #"{"status":"ok"}"#)) }
        routes.open(RouteTable.ready, use: self.ready)
        routes.open(RouteTable.openAPI) { [services] _, _ in JSONAnswer.response(bytes: services.openAPI) }
    }

    /// Every part is asked at once and has two seconds.
    @Sendable
    private func ready(_: Request, _: SecondRequestContext) async throws -> Response {
        let clock = self.services.clock
        let states = await withTaskGroup(of: (String, Bool).self) { group in
            for check in self.services.readiness {
                group.addTask { (check.part, await Self.answers(check, clock: clock)) }
            }
            var states: [String: Bool] = [:]
            for await (part, isReady) in group { states[part] = isReady }
            return states
        }
        let failing = states.filter { !$0.value }.keys.sorted()
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("status", failing.isEmpty ? "ok" : "error")
            writer.field("version", self.services.version)
            if let first = failing.first { writer.field("detail", "\(first)_unreachable") }
            writer.key("parts")
            writer.array { writer in
                for (part, isReady) in states.sorted(by: { $0.key < $1.key }) {
                    writer.object { writer in
                        writer.field("name", part)
                        writer.field("status", isReady ? "ok" : "error")
                    }
                }
            }
        }
        return JSONAnswer.response(bytes: writer.buffer, status: failing.isEmpty ? .ok : .serviceUnavailable)
    }

    private static func answers(_ check: ReadinessCheck, clock: any Clock<Duration>) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    try await check.check()
                    return true
                } catch {
                    return false
                }
            }
            group.addTask {
                // Cancelled when the check was faster.
                try? await clock.sleep(for: .seconds(2))
                return false
            }
            let answer = await group.next() ?? false
            group.cancelAll()
            return answer
        }
    }
}
