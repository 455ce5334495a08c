import Domain

/// What is known of the other end of a request: from our own connection, and from trusted proxies in front of it.
///
/// Nothing in here was merely claimed: without a trusted proxy no forwarded header counts (spec 01 B25, 05 §15.3).
package struct BrowserConnection: Sendable, Equatable {
    /// The address of whoever began the request, for limits; never logged.
    package let address: String
    /// The browser's side of this request is encrypted.
    package let isEncrypted: Bool
    /// Cookies for it go over encrypted connections only: always where browsers find us under https.
    package let keepsCookiesEncrypted: Bool

    package init(address: String, isEncrypted: Bool, publicOrigin: String? = nil) {
        self.address = address
        self.isEncrypted = isEncrypted
        self.keepsCookiesEncrypted = isEncrypted || publicOrigin?.lowercased().hasPrefix("https://") == true
    }

    /// `scheme` is our own connection's; `forwardedFor` and `forwardedProto` hold the values of the headers in their order.
    package init(
        peer: String,
        scheme: String?,
        forwardedFor: @autoclosure () -> [String],
        forwardedProto: @autoclosure () -> [String],
        proxies: TrustedProxies,
        publicOrigin: String?
    ) {
        let origin = proxies.origin(of: peer, forwarded: forwardedFor())
        var scheme = scheme
        if origin.hops > 0 {
            // The outermost trusted proxy is the one that the browser talked to. Proxies that add to the header leave one
            // entry for each of them at its end, others leave a single one; what stands before was written by the client.
            let entries = forwardedProto().joined(separator: ",").split(separator: ",").suffix(origin.hops)
            if let first = entries.first { scheme = first.trimmingWhitespace() }
        }
        self.init(address: origin.address, isEncrypted: scheme?.lowercased() == "https", publicOrigin: publicOrigin)
    }
}
