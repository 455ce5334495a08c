import Application
import Domain
import HTTPTypes
import Hummingbird
import Logging

/// Looks the person up, lets the decision be made, and keeps the cookies fresh (spec 01 §4, B4, B5).
struct GateMiddleware: RouterMiddleware {
    typealias Context = SecondRequestContext

    let configuration: GateConfiguration

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let path = context.path
        guard GateDecision.needsPerson(path) else { return try await next(request, context) }
        let cookies = CookieJar(request.headers)
        let claims = cookies.value(of: OwnCookie.session.rawValue).flatMap(self.configuration.tokens.read)
        var context = context
        context.person = try await self.configuration.gatekeeper.state(of: claims)
        context.hints = WorkspaceHints(
            header: request.headers[.secondWorkspaceID],
            cookie: cookies.value(of: OwnCookie.workspace.rawValue)
        )
        if let user = context.person.user { context.logger[metadataKey: "user.id"] = .string(user.id.rawValue) }

        var response: Response
        switch GateDecision.decide(
            path,
            person: context.person,
            mode: self.configuration.mode,
            hints: context.hints
        ) {
        case .refuse(let refusal):
            throw refusal
        case .redirect(let target):
            response = Response.redirect(to: self.configuration.location(target), type: .temporary)
            response.headers[.cacheControl] = "no-store"
        case .pass:
            let scoped = context
            response = try await withLogger(context.logger) { _ in try await next(request, scoped) }
        }
        self.freshenCookies(of: &response, path: path, context: context, claims: claims)
        return response
    }

    private func freshenCookies(
        of response: inout Response,
        path: RequestPath,
        context: Context,
        claims: SessionClaims?
    ) {
        guard case .ready(let ready) = context.person else { return }
        if let claims, self.configuration.tokens.isDueForRenewal(claims), !response.sets(.session) {
            let token = self.configuration.tokens.issue(to: ready.user.id, epoch: ready.user.sessionEpoch ?? 0)
            response.set(.session, to: token, for: context.browser)
        }
        if path.area == .page, case .wellFormed(let id) = path.workspace, ready.membership(in: id) != nil,
            context.hints.cookie != id.rawValue, !response.sets(.workspace)
        {
            response.set(.workspace, to: id.rawValue, for: context.browser)
        }
    }
}
