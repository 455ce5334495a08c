package import HTTPTypes
import WebGate

/// What every page of ours tells the browser not to do (spec 06 §1.4).
package enum PageSecurity {
    /// No inline script or style, nothing from elsewhere; frames are the previews, which carry a policy of their own.
    package static let contentPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:",
        "connect-src 'self'", "font-src 'self'", "frame-src 'self'", "form-action 'self'", "base-uri 'none'",
        "frame-ancestors 'none'",
    ].joined(separator: "; ")

    package static func add(to fields: inout HTTPFields) {
        fields[.contentSecurityPolicy] = self.contentPolicy
        fields[.xContentTypeOptions] = "nosniff"
        fields[.own("referrer-policy")] = "same-origin"
        fields[.own("cross-origin-opener-policy")] = "same-origin"
        fields[.own("permissions-policy")] = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"
    }
}
