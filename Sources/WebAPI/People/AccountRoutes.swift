import Application
import Domain
import Hummingbird
import NIOCore
import WebGate
import Wire

/// Serves `/api/me`, `/api/me/preferences`, `/api/auth/logout` and `/api/setup/detect-provider` (spec 01 §9.3, §17).
struct AccountRoutes {
    let services: APIServices

    func add(to routes: RouteRegistrar) {
        routes.signedIn(RouteTable.me, use: self.me)
        routes.signedIn(RouteTable.preferences) { [services] _, context in
            Self.answer(services.people.preferences(of: context.user))
        }
        routes.signedIn(RouteTable.changePreferences, use: self.changePreferences)
        routes.open(RouteTable.signOut, use: self.signOut)
        routes.signedIn(RouteTable.detectProvider, use: self.detectProvider)
    }

    @Sendable
    private func me(_: Request, _ context: SignedInContext) async throws -> Response {
        let user = context.user
        var names: [Workspace.ID: String] = [:]
        for membership in context.memberships {
            names[membership.workspaceID] = try await self.services.workspaces.find(membership.workspaceID)?.name
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("user")
            writer.object { writer in
                writer.field("id", user.id.rawValue)
                writer.field("displayName", user.displayName)
                writer.field("email", user.email)
                writer.field("profileRole", user.profileRole)
                writer.key("onboarding")
                writer.object { writer in
                    writer.field("step", user.onboardingStep?.rawValue)
                    writer.field("completedAt", user.onboardingCompletedAt)
                    writer.field("resumePath", ResumePath.of(user))
                }
            }
            writer.key("memberships")
            writer.array { writer in
                for membership in context.memberships {
                    writer.object { writer in
                        writer.field("workspaceId", membership.workspaceID.rawValue)
                        writer.field("name", names[membership.workspaceID] ?? membership.workspaceID.rawValue)
                        writer.field("role", membership.roleName)
                        writer.key("permissions")
                        writer.array { writer in
                            for permission in membership.role?.permissions ?? [] { writer.string(permission.rawValue) }
                        }
                    }
                }
            }
            writer.field("authMode", self.services.gate.mode.rawValue)
        }
        return JSONAnswer.response(bytes: writer.buffer)
    }

    @Sendable
    private func changePreferences(_ request: Request, _ context: SignedInContext) async throws -> Response {
        let changes = try await request.jsonObject()
        return Self.answer(try await self.services.people.changePreferences(of: context.user, changes))
    }

    private static func answer(_ preferences: Preferences) -> Response {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("preferences")
            writer.object { writer in
                writer.field("loaderColor", preferences.loaderColor.rawValue)
                writer.field("loaderStyle", preferences.loaderStyle.rawValue)
                writer.field("loaderCustomColor", preferences.loaderCustomColor)
                writer.field("themeMode", preferences.themeMode.rawValue)
            }
        }
        return JSONAnswer.response(bytes: writer.buffer)
    }

    /// Works for everybody, in every state (B3).
    @Sendable
    private func signOut(_ request: Request, _ context: SecondRequestContext) async throws -> Response {
        if request.query("everywhere") == "1", let user = context.person.user {
            try await self.services.people.endSessions(of: user.id)
        }
        var response = try FormAnswer(configuration: self.services.gate).accepted(request, to: "/onboarding/identity")
        response.clear(.session, for: context.browser)
        response.clear(.workspace, for: context.browser)
        return response
    }

    @Sendable
    private func detectProvider(_: Request, _: SignedInContext) async throws -> Response {
        guard self.services.gate.mode == .local else { throw GateRefusal.notFound }
        return try JSONAnswer.response(ProviderDetection(await self.services.worker.detectRuntimes()))
    }
}

/// What `GET /api/setup/detect-provider` shows: booleans and versions, never values.
struct ProviderDetection: Encodable {
    struct Tool: Encodable {
        var available: Bool
        var version: String?

        init(_ runtime: RuntimeDetection.Runtime?) {
            self.available = runtime?.available ?? false
            self.version = runtime?.version
        }
    }

    var claudeCli: Tool
    var codexCli: Tool
    var opencodeCli: Tool
    var runtimes: [String: RuntimeDetection.Runtime]
    var apiKeyConfigured: Bool
    var workerReachable: Bool
    /// `worker_unavailable` when no worker could be asked.
    var error: String?
    /// The answers come from a recorded model; every page says so.
    var isDemo: Bool

    init(_ detection: RuntimeDetection) {
        self.claudeCli = Tool(detection.runtimes[RuntimeID.claudeCode.rawValue])
        self.codexCli = Tool(detection.runtimes[RuntimeID.codex.rawValue])
        self.opencodeCli = Tool(detection.runtimes[RuntimeID.openCode.rawValue])
        self.runtimes = detection.runtimes
        self.apiKeyConfigured = detection.runtimes[RuntimeID.claudeCode.rawValue]?.auth.envKeyConfigured ?? false
        self.workerReachable = detection.error == nil
        self.error = detection.error
        self.isDemo = detection.isDemo
    }
}
