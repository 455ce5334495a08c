import Application
import Domain
import Hummingbird
import NIOCore
import WebGate
import Wire

/// Serves `/api/onboarding/…` (spec 01 §9.3 with B2–B4, B7, B21, B22).
struct OnboardingRoutes {
    let services: APIServices

    func add(to routes: RouteRegistrar) {
        routes.open(RouteTable.identify, use: self.identify)
        routes.open(RouteTable.firstWorkspace, use: self.createFirstWorkspace)
        routes.signedIn(RouteTable.onboardingStep, use: self.setStep)
        routes.signedIn(RouteTable.completeOnboarding, use: self.complete)
        routes.signedIn(RouteTable.context, use: self.showContext)
        routes.signedIn(RouteTable.changeContext, use: self.changeContext)
    }

    private var forms: FormAnswer { FormAnswer(configuration: self.services.gate) }

    @Sendable
    private func identify(_ request: Request, _ context: SecondRequestContext) async throws -> Response {
        guard self.services.gate.mode == .local else { throw PeopleRefusal.unsupportedAuthMode }
        if let seconds = try await self.services.rates.use(.identity, by: context.browser.address) {
            throw GateRefusal.rateLimited(retryAfterSeconds: seconds)
        }
        let body = try await FormBody.read(request)
        let form: IdentityForm
        do {
            form = try IdentityForm(
                displayName: body["displayName"],
                profileRole: body["profileRole"],
                email: body["email"]
            )
        } catch {
            return self.forms.refused(request, code: "invalid_identity", backTo: "/onboarding/identity")
        }
        let signIn = try await self.services.people.identify(form, current: context.person.user)
        var response: Response
        if let ready = ReadyPerson(user: signIn.user, memberships: signIn.memberships) {
            let active = context.hints.activeWorkspace(of: ready)
            let isDone = signIn.user.onboardingCompletedAt != nil
            response = try self.forms.accepted(request, to: isDone ? "/w/\(active)" : "/onboarding/workspace")
            response.set(.workspace, to: active.rawValue, for: context.browser)
        } else {
            response = try self.forms.accepted(request, to: "/onboarding/workspace")
            response.clear(.workspace, for: context.browser)
        }
        let token = self.services.gate.tokens.issue(to: signIn.user.id, epoch: signIn.user.sessionEpoch ?? 0)
        response.set(.session, to: token, for: context.browser)
        return response
    }

    @Sendable
    private func createFirstWorkspace(_ request: Request, _ context: SecondRequestContext) async throws -> Response {
        let user: User
        switch context.person {
        case .missingIdentity: throw GateRefusal.identityRequired
        case .needsProfile: throw GateRefusal.profileRequired
        case .ready(let ready): return try self.forms.accepted(request, to: self.target(of: ready, context))
        case .needsWorkspace(let person): user = person
        }
        let body = try await FormBody.read(request)
        let name: String
        do {
            name = try WorkspaceService.name(body["workspaceName"])
        } catch {
            return self.forms.refused(request, code: "invalid_workspace", backTo: "/onboarding/workspace")
        }
        guard let workspace = try await self.services.workspaces.createFirst(name: name, owner: user.id) else {
            // Somebody made it a moment ago, in another tab.
            return try self.forms.accepted(request, to: "/onboarding/loader")
        }
        var response = try self.forms.accepted(request, to: "/onboarding/loader")
        response.set(.workspace, to: workspace.id.rawValue, for: context.browser)
        return response
    }

    private func target(of person: ReadyPerson, _ context: SecondRequestContext) -> String {
        ResumePath.of(person.user) ?? "/w/\(context.hints.activeWorkspace(of: person))"
    }

    @Sendable
    private func setStep(_ request: Request, _ context: SignedInContext) async throws -> Response {
        let step = try await request.jsonObject()?["step"]?.string
        try await self.services.people.setStep(step, of: context.user.id)
        return JSONAnswer.response(bytes: JSONAnswer.ok)
    }

    @Sendable
    private func complete(_: Request, _ context: SignedInContext) async throws -> Response {
        try await self.services.people.completeOnboarding(of: context.user.id)
        return JSONAnswer.response(bytes: JSONAnswer.ok)
    }

    @Sendable
    private func showContext(_: Request, _ context: SignedInContext) async throws -> Response {
        let member = try self.member(context)
        let known = try await self.services.workspaces.context(of: member)
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("companyContext", known.company)
            writer.field("userContext", known.user)
            // Text that research would propose; there is no research yet.
            writer.field("proposal", nil as String?)
        }
        return self.withoutForeignCookie(JSONAnswer.response(bytes: writer.buffer), context)
    }

    @Sendable
    private func changeContext(_ request: Request, _ context: SignedInContext) async throws -> Response {
        let member = try self.member(context)
        guard let changes = try await request.jsonObject() else { throw GateRefusal.invalidJSON }
        let known = try await self.services.workspaces.changeContext(of: member, changes)
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("ok", true)
            writer.field("companyContext", known.company)
            writer.field("userContext", known.user)
        }
        return self.withoutForeignCookie(JSONAnswer.response(bytes: writer.buffer), context)
    }

    private func withoutForeignCookie(_ response: Response, _ context: SignedInContext) -> Response {
        guard context.hints.hasForeignCookie(for: context.person) else { return response }
        var response = response
        response.clear(.workspace, for: context.browser)
        return response
    }

    /// A header that names no workspace of mine is 404; a cookie that does not is skipped and cleared (B4).
    private func member(_ context: SignedInContext) throws -> WorkspaceMember {
        if let header = context.hints.header {
            guard let member = WorkspaceID(header).flatMap({ context.person.member(of: $0) }) else {
                throw GateRefusal.notFound
            }
            return member
        }
        guard let member = context.person.member(of: context.activeWorkspaceID) else { throw GateRefusal.notFound }
        return member
    }
}
