import Crypto
package import Domain
import Foundation

/// The right to load one revision's artifact for a while, carried in the address: no cookie reaches a sandboxed frame.
package struct PreviewToken: Sendable, Equatable {
    package var workspaceID: Workspace.ID
    package var appID: App.ID
    package var revisionID: SourceRevision.ID
    /// The switches when the address was made; they belong to it, since its answers are cached for ever.
    package var settings: AppRuntimeSettings
    package var expiresAt: Timestamp

    package init(
        workspaceID: Workspace.ID,
        appID: App.ID,
        revisionID: SourceRevision.ID,
        settings: AppRuntimeSettings,
        expiresAt: Timestamp
    ) {
        self.workspaceID = workspaceID
        self.appID = appID
        self.revisionID = revisionID
        self.settings = settings
        self.expiresAt = expiresAt
    }

    package var scope: AppScope { AppScope(workspaceID: self.workspaceID, appID: self.appID) }
}

/// Signs and reads preview tokens: `workspace~app~revision~switches~expiry~signature`, all of it plain in a path.
package struct PreviewTokens: Sendable {
    private let key: SymmetricKey

    /// The key is derived from the installation's secret, so that a preview token can never pass as a session.
    package init(secret: Secret<String>) {
        let input = SymmetricKey(data: Data(secret.reveal().utf8))
        self.key = SymmetricKey(
            data: HMAC<SHA256>.authenticationCode(for: Data("second preview address v1".utf8), using: input)
        )
    }

    package func issue(_ token: PreviewToken) -> String {
        let text = Self.text(token)
        return text + "~" + self.signature(of: text).hexadecimal
    }

    /// `nil` for anything that we did not sign; whether it is still valid is the caller's question.
    package func read(_ text: String) -> PreviewToken? {
        guard text.utf8.count <= 400 else { return nil }
        let parts = text.split(separator: "~", omittingEmptySubsequences: false)
        guard parts.count == 6, let given = Self.bytes(parts[5]),
            let workspaceID = WorkspaceID(parts[0]), let appID = App.ID(parts[1]),
            let revisionID = SourceRevision.ID(parts[2]), let flags = Int(parts[3]), (0...7).contains(flags),
            let expiry = Int64(parts[4])
        else { return nil }
        let token = PreviewToken(
            workspaceID: workspaceID,
            appID: appID,
            revisionID: revisionID,
            settings: AppRuntimeSettings(
                allowIframeScripts: flags & 1 != 0,
                allowIframeClipboard: flags & 2 != 0,
                allowIframeExternalLinks: flags & 4 != 0
            ),
            expiresAt: Timestamp(milliseconds: expiry)
        )
        // Signed is the one way to write these values, so no second spelling of a token is valid.
        let canonical = Self.text(token)
        guard canonical == parts[0...4].joined(separator: "~"),
            HMAC<SHA256>.isValidAuthenticationCode(given, authenticating: Data(canonical.utf8), using: self.key)
        else { return nil }
        return token
    }

    private static func text(_ token: PreviewToken) -> String {
        let settings = token.settings
        let flags =
            (settings.allowIframeScripts ? 1 : 0) + (settings.allowIframeClipboard ? 2 : 0)
            + (settings.allowIframeExternalLinks ? 4 : 0)
        return [
            token.workspaceID.rawValue, token.appID.rawValue, token.revisionID.rawValue, String(flags),
            String(token.expiresAt.milliseconds),
        ].joined(separator: "~")
    }

    private func signature(of text: String) -> some Sequence<UInt8> {
        HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: self.key)
    }

    private static func bytes(_ text: Substring) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 48...57: digit - 48
        case 97...102: digit - 87
        default: nil
        }
    }
}
