import Domain
import Foundation
import WebGate

/// Variables that several processes read alike.
extension ConfigurationReader {
    /// `SECOND_ENV`, else `NODE_ENV`.
    ///
    /// A misspelt `SECOND_ENV` must not quietly mean development.
    mutating func isProduction() -> Bool {
        let other = self.text("NODE_ENV")
        guard let own = self.text("SECOND_ENV")?.lowercased() else { return other?.lowercased() == "production" }
        if !["production", "development", "test"].contains(own) {
            self.refuse("SECOND_ENV", "must be production, development or test")
        }
        return own == "production"
    }

    /// `isRequired` refuses silence: a process that others can reach has to say how people sign in (spec 01 §2).
    mutating func authMode(isRequired: Bool) -> ServerConfiguration.AuthMode {
        switch self.text("SECOND_AUTH_MODE") {
        case nil:
            if isRequired { self.refuse("SECOND_AUTH_MODE", "is required: none or external") }
            return .none
        case "none": return .none
        case "external":
            self.refuse(
                "SECOND_AUTH_MODE",
                "external needs a sign-in provider, and this build has none; use none behind your own access control"
            )
            return .external
        default:
            self.refuse("SECOND_AUTH_MODE", "must be none or external")
            return .none
        }
    }

    /// `none` lets anybody who reaches the address sign in as anybody: never on the internet (spec 05 §15.3).
    mutating func checkExposure(_ mode: ServerConfiguration.AuthMode, host: String, isProduction: Bool) {
        let isAllowed = self.flag("SECOND_ALLOW_OPEN_SIGN_IN") ?? false
        guard mode == .none, !Self.isLoopback(host) else { return }
        if !isProduction || isAllowed {
            self.warn("Whoever reaches \(host) can sign in as anybody: SECOND_AUTH_MODE is none.")
        } else {
            self.refuse(
                "SECOND_AUTH_MODE",
                "none lets whoever reaches \(host) sign in as anybody, so production listens on loopback only; set "
                    + "SECOND_ALLOW_OPEN_SIGN_IN=1 if something else decides who reaches it"
            )
        }
    }

    /// The session secret of local mode: at least 32 characters, where it is set.
    mutating func sessionSecret() -> Secret<String>? {
        let secret = self.secret("SECOND_NO_AUTH_SESSION_SECRET")
        if let secret, secret.reveal().utf8.count < 32 {
            self.refuse("SECOND_NO_AUTH_SESSION_SECRET", "must have at least 32 characters")
        }
        return secret
    }

    /// Required in production, at least 32 characters there; web and worker get the same one (spec 01 §3.4).
    mutating func internalToken(isProduction: Bool) -> Secret<String>? {
        let token = self.secret("INTERNAL_API_TOKEN")
        guard isProduction else { return token }
        if let token, token.reveal().utf8.count < 32 {
            self.refuse("INTERNAL_API_TOKEN", "must have at least 32 characters in production")
        } else if token == nil, !self.hasProblem(with: "INTERNAL_API_TOKEN") {
            self.refuse("INTERNAL_API_TOKEN", "is required in production, the same for web and worker")
        }
        return token
    }

    /// A number, `nil` where it is unset or refused.
    mutating func count(_ variable: String, _ range: ClosedRange<Int>) -> Int? {
        guard let text = self.text(variable) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            self.refuse(variable, "must be a number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// `REDIS_CA_FILE`: whom to trust for `rediss://`, as for a server with a certificate of the house.
    mutating func redisAuthority() -> String? {
        guard let path = self.text("REDIS_CA_FILE") else { return nil }
        // What cannot be read is refused like what is no certificate.
        let content = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        guard content.contains("-----BEGIN CERTIFICATE-----") else {
            self.refuse("REDIS_CA_FILE", "must name a readable file with certificates in PEM form")
            return nil
        }
        return path
    }

    /// `SECOND_TRUSTED_PROXIES`: whose forwarded headers are believed (spec 05 §15.3).
    mutating func trustedProxies() -> TrustedProxies {
        guard let list = self.text("SECOND_TRUSTED_PROXIES") else { return .none }
        guard let proxies = TrustedProxies(list) else {
            self.refuse(
                "SECOND_TRUSTED_PROXIES",
                "must be a list of addresses and networks, as in 10.0.0.0/8,192.0.2.7"
            )
            return .none
        }
        return proxies
    }

    mutating func logLevel() -> String {
        let level = self.text("SECOND_LOG_LEVEL")?.lowercased() ?? "info"
        if !["trace", "debug", "info", "notice", "warning", "error", "critical"].contains(level) {
            self.refuse("SECOND_LOG_LEVEL", "must be trace, debug, info, notice, warning, error or critical")
        }
        return level
    }

    mutating func resources(executable: String) -> ResourceFolder? {
        let folder = ResourceFolder.locate(override: self.text("SECOND_RESOURCES_DIR"), executable: executable)
        if folder == nil {
            self.refuse(
                "SECOND_RESOURCES_DIR",
                "the folder with Web, AppTemplate and Toolchain was not found; set this to it"
            )
        }
        return folder
    }

    /// Where metrics are told, `nil` without `SECOND_METRICS_PORT`; never the port that people use.
    mutating func metrics(publicPort: Int) -> MetricsAddress? {
        let host = self.text("SECOND_METRICS_HOST") ?? "127.0.0.1"
        guard let port = self.port("SECOND_METRICS_PORT") else { return nil }
        guard port != publicPort else {
            self.refuse("SECOND_METRICS_PORT", "must be another port than the one that people use")
            return nil
        }
        return MetricsAddress(host: host, port: port)
    }

    /// Whether this variable, or its file, has already been refused, so that it is not also called missing.
    func hasProblem(with variable: String) -> Bool {
        self.problems.contains { $0.variable == variable || $0.variable == variable + "_FILE" }
    }

    /// Names and addresses that no other machine answers to (RFC 6761 §6.3, RFC 1122 §3.2.1.3).
    static func isLoopback(_ host: String) -> Bool {
        let name = host.lowercased()
        if ["localhost", "::1", "[::1]"].contains(name) || name.hasSuffix(".localhost") { return true }
        // A name may begin with 127 as well: only four numbers are an address.
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// Whether people reach the product on this machine or in their own network, which the agent is told (spec 02 §11).
    static func isLocal(_ host: String) -> Bool {
        self.isLoopback(host) || host.lowercased().hasSuffix(".local")
    }
}

/// The listener for metrics; internal, so it has no protection of its own (spec 05 B47).
package struct MetricsAddress: Sendable, Equatable {
    package var host: String
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }
}
