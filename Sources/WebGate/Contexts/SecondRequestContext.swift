package import Application
import Domain
package import Hummingbird
import Logging
import NIOCore

/// What every request carries: who sent it, as far as the gate could tell.
package struct SecondRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Set by the gate.
    ///
    /// Until then nobody, so that whatever the gate did not look at is open to nobody.
    package var person: PersonState = .missingIdentity
    /// The path that was asked for, cut into segments once.
    var path = RequestPath("")
    /// `x-request-id`, the caller's if it is a sensible one, else our own.
    package var requestID = ""
    /// The other end, as far as connection and trusted proxies tell.
    package internal(set) var browser: BrowserConnection
    package var hints = WorkspaceHints()

    package init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
        self.browser = BrowserConnection(
            address: source.channel.remoteAddress?.ipAddress ?? "local",
            isEncrypted: false
        )
    }
}
