package import Application
import Domain

/// What the gate has to know of the installation.
package struct GateConfiguration: Sendable {
    package enum Mode: String, Sendable {
        /// `SECOND_AUTH_MODE=none`: sessions of our own.
        case local = "none"
        case external
    }

    package var mode: Mode
    /// Scheme, host and port where browsers find us, as in `https://second.example`.
    ///
    /// `nil` in local mode means wherever the
    /// request was sent to; redirects are then relative.
    package var publicOrigin: String?
    package var tokens: any SessionTokens
    package var gatekeeper: Gatekeeper
    package var trustedProxies: TrustedProxies

    package init(
        mode: Mode,
        publicOrigin: String?,
        tokens: any SessionTokens,
        gatekeeper: Gatekeeper,
        trustedProxies: TrustedProxies = .none
    ) {
        self.mode = mode
        self.publicOrigin = publicOrigin
        self.tokens = tokens
        self.gatekeeper = gatekeeper
        self.trustedProxies = trustedProxies
    }

    /// Where a page that this browser asked for comes from; local mode has checked its Host before.
    ///
    /// The public origin is what it is told to be, whoever says otherwise; a loopback name has the connection's scheme.
    package func origin(host: String?, browser: BrowserConnection) -> String? {
        guard self.mode == .local, let host else { return self.publicOrigin }
        if let publicOrigin, publicOrigin.lowercased().hasSuffix("://" + host.lowercased()) { return publicOrigin }
        return (browser.isEncrypted ? "https://" : "http://") + host
    }

    /// The address of one of our own paths for a `Location` header: never built on the request's Host (spec 01 §1).
    package func location(_ path: String) -> String {
        (self.publicOrigin ?? "") + path
    }
}
