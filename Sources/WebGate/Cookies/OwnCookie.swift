import Domain
import Foundation
package import HTTPTypes
package import Hummingbird

/// The two cookies that we set (spec 01 §3.2, §3.3), always with the same attributes.
package enum OwnCookie: String, Sendable {
    case session = "second_no_auth_session"
    case workspace = "second_workspace_id"

    /// Thirty days.
    static let maximumAge = 2_592_000

    package func setting(_ value: String, isSecure: Bool) -> String {
        let allowed = CharacterSet(charactersIn: Self.plainCharacters)
        let encoded = value.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
        return self.header(encoded, age: Self.maximumAge, isSecure: isSecure)
    }

    package func clearing(isSecure: Bool) -> String {
        self.header("", age: 0, isSecure: isSecure)
    }

    private func header(_ value: String, age: Int, isSecure: Bool) -> String {
        "\(self.rawValue)=\(value); Path=/; HttpOnly; SameSite=Lax; Max-Age=\(age)" + (isSecure ? "; Secure" : "")
    }

    private static let plainCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
}

extension Response {
    package mutating func set(_ cookie: OwnCookie, to value: String, for browser: BrowserConnection) {
        let header = cookie.setting(value, isSecure: browser.keepsCookiesEncrypted)
        self.headers.append(.init(name: .setCookie, value: header))
    }

    package mutating func clear(_ cookie: OwnCookie, for browser: BrowserConnection) {
        let header = cookie.clearing(isSecure: browser.keepsCookiesEncrypted)
        self.headers.append(.init(name: .setCookie, value: header))
    }

    package func sets(_ cookie: OwnCookie) -> Bool {
        self.headers[values: .setCookie].contains { $0.hasPrefix(cookie.rawValue + "=") }
    }
}

extension HTTPField.Name {
    package static let xForwardedFor = Self.own("x-forwarded-for")
    package static let xForwardedProto = Self.own("x-forwarded-proto")
    package static let xRequestID = Self.own("x-request-id")
    package static let secondRequestID = Self.own("x-second-request-id")
    package static let traceParent = Self.own("traceparent")
    package static let secondTraceID = Self.own("x-second-trace-id")
    package static let secondWorkspaceID = Self.own("x-second-workspace-id")
    package static let fetchSite = Self.own("sec-fetch-site")
    package static let accelBuffering = Self.own("x-accel-buffering")
    package static let referrerPolicy = Self.own("referrer-policy")
    package static let retryAfterSeconds = Self.own("retry-after")

    /// A header name that is known to be well formed; a typo here would show in every test.
    package static func own(_ name: String) -> Self {
        guard let name = Self(name) else { preconditionFailure("\(name) is no header name") }
        return name
    }
}
