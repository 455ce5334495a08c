import Crypto
package import Domain
import Foundation

/// Session tokens of the local mode: a signed statement of who and since when (spec 01 §3.2).
///
/// `base64url(payload) . base64url(HMAC-SHA256(secret, first part))`, no padding; the payload is JSON with
/// `v` = 1, `userId`, `iat` in milliseconds and `e`, the session epoch. A token lives thirty days.
package struct LocalSessions: Sendable {
    /// Thirty days.
    package static let lifetime = Duration.seconds(2_592_000)
    /// How far in the future a token may say it was issued: clocks differ.
    package static let tolerance = Duration.seconds(60)
    /// No token of ours is longer; anything longer is not even decoded.
    static let maximumLength = 1024

    private let key: Secret<SymmetricKey>
    private let verified = VerifiedTokens()
    private let clock: WallClock

    /// `secret` has at least 32 characters; the configuration sees to that.
    package init(secret: Secret<String>, clock: WallClock) {
        self.key = Secret(SymmetricKey(data: Data(secret.reveal().utf8)))
        self.clock = clock
    }

    package func issue(to userID: User.ID, epoch: Int) -> String {
        let payload = #"{"v":1,"userId":"\#(userID)","iat":\#(self.clock.now.milliseconds),"e":\#(epoch)}"#
        let first = Base64URL.encode(payload.utf8)
        return first + "." + Base64URL.encode(self.signature(of: first))
    }

    /// `nil` for everything that is not exactly such a token: forged, expired, from the future, with parts too many.
    package func read(_ token: String) -> SessionClaims? {
        // ASCII, because texts may count as equal whose bytes are not.
        guard token.utf8.count <= Self.maximumLength, token.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
        let claims: SessionClaims
        if let known = self.verified[token] {
            claims = known
        } else {
            guard let signed = self.verify(token) else { return nil }
            self.verified.keep(signed, of: token)
            claims = signed
        }
        // Time goes on for a token that was verified before.
        let age = self.clock.now.since(claims.issuedAt)
        guard age <= Self.lifetime, age >= .zero - Self.tolerance else { return nil }
        return claims
    }

    /// What a token of ours says, whenever it was made.
    private func verify(_ token: String) -> SessionClaims? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let given = Base64URL.decode(parts[1]) else { return nil }
        // Compares in constant time, and a wrong length is simply no match.
        let isOurs = HMAC<SHA256>.isValidAuthenticationCode(
            given,
            authenticating: Data(parts[0].utf8),
            using: self.key.reveal()
        )
        guard isOurs, let payload = Base64URL.decode(parts[0]) else { return nil }
        // What we signed always parses; anything else is no session.
        guard let claims = try? JSONValue(parsing: Data(payload)),
            claims["v"]?.integer == 1,
            let userID = claims["userId"]?.string.flatMap(User.ID.init(_:)),
            let issued = claims["iat"]?.integer, issued > 0
        else { return nil }
        return SessionClaims(
            userID: userID,
            issuedAt: Timestamp(milliseconds: issued),
            epoch: Int(claims["e"]?.integer ?? 0)
        )
    }

    package func isDueForRenewal(_ claims: SessionClaims) -> Bool {
        self.clock.now.since(claims.issuedAt) > Self.lifetime / 2
    }

    private func signature(of text: String) -> some Sequence<UInt8> {
        HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: self.key.reveal())
    }
}
