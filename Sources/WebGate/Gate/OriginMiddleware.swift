import Domain
import Foundation
import HTTPTypes
import Hummingbird

/// Keeps other websites from using a visitor's browser against us (spec 01 B6).
struct OriginMiddleware: RouterMiddleware {
    typealias Context = SecondRequestContext

    let configuration: GateConfiguration

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let rule = OriginRule(configuration: self.configuration)
        try rule.check(
            method: request.method,
            path: context.path,
            host: request.head.authority,
            origin: request.headers[.origin],
            fetchSite: request.headers[.fetchSite],
            isEncrypted: context.browser.isEncrypted
        )
        return try await next(request, context)
    }
}

/// The rule itself: which Host we answer for, and whose pages may send changes.
struct OriginRule {
    let mode: GateConfiguration.Mode
    let publicOrigin: String?

    init(configuration: GateConfiguration) {
        self.init(mode: configuration.mode, publicOrigin: configuration.publicOrigin)
    }

    init(mode: GateConfiguration.Mode, publicOrigin: String?) {
        self.mode = mode
        self.publicOrigin = publicOrigin?.lowercased()
    }

    func check(
        method: HTTPRequest.Method,
        path: RequestPath,
        host: String?,
        origin: String?,
        fetchSite: String?,
        isEncrypted: Bool
    ) throws(GateRefusal) {
        if self.mode == .local, !Self.isForPrograms(path) {
            guard let host, self.isAllowed(host: host) else { throw .hostNotAllowed }
        }
        let isChange = ![.get, .head, .options].contains(method)
        guard isChange, !path.starts(with: ["api", "internal"]) else { return }
        if let origin {
            guard self.isOurs(origin.lowercased(), host: host, isEncrypted: isEncrypted) else {
                throw .crossOriginBlocked
            }
        } else if let fetchSite {
            guard ["same-origin", "none"].contains(fetchSite.lowercased()) else { throw .crossOriginBlocked }
        }
    }

    /// Probes come with whatever address a machine has, and internal callers with a token: no browser has anything to gain
    /// there.
    private static func isForPrograms(_ path: RequestPath) -> Bool {
        path.isExactly("api", "health") || path.isExactly("api", "ready") || path.starts(with: ["api", "internal"])
    }

    private func isOurs(_ origin: String, host: String?, isEncrypted: Bool) -> Bool {
        if let publicOrigin, origin == publicOrigin { return true }
        guard self.mode == .local, let host else { return false }
        return origin == (isEncrypted ? "https://" : "http://") + host.lowercased()
    }

    /// Loopback names and addresses, `*.localhost`, and the public host; the port does not matter.
    func isAllowed(host: String) -> Bool {
        // Only what may stand in a host name: a policy is built from it (previews).
        let isPlain = host.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "-.:[]".utf8.contains(byte)
        }
        guard isPlain, let name = Self.name(of: host.lowercased()) else { return false }
        if name == "localhost" || name.hasSuffix(".localhost") || name == "[::1]" { return true }
        if Self.isLoopbackAddress(name) { return true }
        guard let publicOrigin, let separator = publicOrigin.range(of: "://") else { return false }
        return Self.name(of: String(publicOrigin[separator.upperBound...])) == name
    }

    private static func isLoopbackAddress(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (48...57).contains($0) }
                    && (Int(part) ?? 256) < 256
            }
    }

    /// The host without its port; `nil` when it is not one.
    private static func name(of authority: String) -> String? {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { return nil }
            let rest = authority[authority.index(after: end)...]
            return rest.isEmpty || Self.isPort(rest) ? String(authority[...end]) : nil
        }
        guard let colon = authority.firstIndex(of: ":") else { return authority.isEmpty ? nil : authority }
        return Self.isPort(authority[colon...]) && colon != authority.startIndex ? String(authority[..<colon]) : nil
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.first == ":" && (2...6).contains(text.utf8.count)
            && text.utf8.dropFirst().allSatisfy { (48...57).contains($0) }
    }
}
