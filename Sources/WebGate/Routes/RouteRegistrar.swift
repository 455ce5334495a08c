package import Application
import Domain
import HTTPTypes
package import Hummingbird

/// Adds routes to the router so that each has its row of the route table: the right is checked before the handler,
/// and a handler gets a context that proves what the row promises.
package struct RouteRegistrar {
    package typealias Handler<Context> = @Sendable (Request, Context) async throws -> Response
    package typealias AppHandler = @Sendable (Request, WorkspaceContext, OpenedApp) async throws -> Response

    private let router: Router<SecondRequestContext>
    private let apps: AppGatekeeper

    package init(router: Router<SecondRequestContext>, apps: AppGatekeeper) {
        self.router = router
        self.apps = apps
    }

    /// Routes of everybody.
    package func open(_ spec: RouteSpec, use handler: @escaping Handler<SecondRequestContext>) {
        precondition(spec.access == .open || spec.access == .anyone, "\(spec.path) is not open in the table")
        self.router.on(RouterPath(spec.path), method: spec.method) { request, context in
            try await handler(request, context)
        }
    }

    /// Routes of a person without a workspace in the path.
    package func signedIn(_ spec: RouteSpec, use handler: @escaping Handler<SignedInContext>) {
        precondition(spec.access == .ready, "\(spec.path) is not for signed-in people in the table")
        self.router.group(context: SignedInContext.self).on(RouterPath(spec.path), method: spec.method) {
            request,
            context in
            try await handler(request, context)
        }
    }

    /// Routes of a workspace; the permission is checked here.
    package func workspace(_ spec: RouteSpec, use handler: @escaping Handler<WorkspaceContext>) {
        guard case .member(let permission) = spec.access else {
            preconditionFailure("\(spec.path) is not for members in the table")
        }
        self.router.group(context: WorkspaceContext.self).on(RouterPath(spec.path), method: spec.method) {
            request,
            context in
            guard context.member.holds(permission) else { throw GateRefusal.forbidden(code: spec.forbiddenCode) }
            return try await handler(request, context)
        }
    }

    /// Routes of an app; the app is opened for this person, and the right checked, here.
    ///
    /// `missing` answers instead of the refusal when there is no such app for this person: pages say it inside the shell.
    package func app(
        _ spec: RouteSpec,
        missing answerMissing: Handler<WorkspaceContext>? = nil,
        use handler: @escaping AppHandler
    ) {
        guard case .app(let right) = spec.access else {
            preconditionFailure("\(spec.path) is no app route in the table")
        }
        let apps = self.apps
        self.router.group(context: WorkspaceContext.self).on(RouterPath(spec.path), method: spec.method) {
            request,
            context in
            let missing = GateRefusal.missing(code: spec.missingCode)
            let opened: OpenedApp
            do {
                let appID = try context.id("app", of: App.self, orThrow: missing)
                guard let found = try await apps.open(appID, for: context.member) else { throw missing }
                opened = found
            } catch let refusal as GateRefusal {
                guard let answerMissing else { throw refusal }
                return try await answerMissing(request, context)
            }
            switch right {
            case .view: break
            case .collaborate where !opened.access.canCollaborate, .manage where !opened.access.canManage:
                throw GateRefusal.forbidden(code: spec.forbiddenCode)
            case .collaborateOrHidden where !opened.access.canCollaborate:
                throw missing
            case .collaborate, .manage, .collaborateOrHidden: break
            }
            return try await handler(request, context, opened)
        }
    }
}
