package import Domain
package import Hummingbird

extension Router where Context == SecondRequestContext {
    /// A router on which nothing is reachable that the gate did not see: request scope, errors, origin, gate.
    ///
    /// `errorPage` draws the page for people; errors of data routes are JSON. `observe` is told of every request.
    package static func gated(
        by configuration: GateConfiguration,
        identifiers: IdentifierSource,
        errorPage: @escaping ErrorPage.Render = ErrorPage.plain,
        observe: RequestObserver? = nil,
        uptime: Uptime = .live
    ) -> Router<SecondRequestContext> {
        let router = Router(context: SecondRequestContext.self, options: .autoGenerateHeadEndpoints)
        if let observe { router.add(middleware: RequestMeterMiddleware(observe: observe, uptime: uptime)) }
        router.add(
            middleware: RequestScopeMiddleware(
                identifiers: identifiers,
                proxies: configuration.trustedProxies,
                publicOrigin: configuration.publicOrigin
            )
        )
        router.add(middleware: ErrorMiddleware(renderPage: errorPage))
        router.add(middleware: OriginMiddleware(configuration: configuration))
        router.add(middleware: GateMiddleware(configuration: configuration))
        return router
    }
}
