import HTTPTypes
import Hummingbird

/// What every page of ours tells the browser not to do (spec 06 §1.4).
package enum PageSecurity {
    /// No inline script or style, nothing from elsewhere; frames are the previews, which carry a policy of their own.
    package static let contentPolicy = Self.common + "; frame-ancestors 'none'"

    /// For refusals where a preview should be: they are shown in the preview's frame.
    package static let framedPolicy = Self.common + "; frame-ancestors 'self'; sandbox"

    private static let common = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:",
        "connect-src 'self'", "font-src 'self'", "frame-src 'self'", "form-action 'self'", "base-uri 'none'",
    ].joined(separator: "; ")

    /// Gives a page its headers, and leaves alone what is no page or has a policy of its own.
    static func protect(_ response: inout Response, path: RequestPath) {
        guard response.headers[.contentType]?.hasPrefix("text/html") == true,
            response.headers[.contentSecurityPolicy] == nil
        else { return }
        let isFramed = path.starts(with: ["preview"])
        response.headers[.contentSecurityPolicy] = isFramed ? self.framedPolicy : self.contentPolicy
        response.headers[.own("cross-origin-opener-policy")] = "same-origin"
        response.headers[.own("permissions-policy")] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
    }
}
