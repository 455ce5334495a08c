import Crypto
import Domain
import Foundation
import Identity
import Synchronization
import Testing

@Suite("Session tokens of the local mode")
struct LocalSessionsTests {
    private let clock = MovableClock()
    private var sessions: LocalSessions {
        LocalSessions(secret: Secret(String(repeating: "s", count: 32)), clock: self.clock.wallClock)
    }

    private static func user() throws -> User.ID {
        try #require(User.ID("0123456789abcdef01234567"))
    }

    @Test("a token that was issued is read back")
    func aTokenThatWasIssuedIsReadBack() throws {
        let user = try Self.user()
        let claims = try #require(self.sessions.read(self.sessions.issue(to: user, epoch: 3)))
        #expect(claims == SessionClaims(userID: user, issuedAt: self.clock.wallClock.now, epoch: 3))
    }

    @Test("thirty days are the last moment")
    func thirtyDaysAreTheLastMoment() throws {
        let token = self.sessions.issue(to: try Self.user(), epoch: 0)
        self.clock.advance(by: LocalSessions.lifetime)
        #expect(self.sessions.read(token) != nil)
        self.clock.advance(by: .milliseconds(1))
        #expect(self.sessions.read(token) == nil)
    }

    @Test("a token may be a minute ahead of us, not more")
    func aTokenMayBeAMinuteAhead() throws {
        let token = self.sessions.issue(to: try Self.user(), epoch: 0)
        self.clock.advance(by: .seconds(-60))
        #expect(self.sessions.read(token) != nil)
        self.clock.advance(by: .milliseconds(-1))
        #expect(self.sessions.read(token) == nil)
    }

    @Test("half its life makes it due for renewal")
    func halfItsLifeMakesItDue() throws {
        let claims = try #require(self.sessions.read(self.sessions.issue(to: try Self.user(), epoch: 0)))
        self.clock.advance(by: LocalSessions.lifetime / 2)
        #expect(!self.sessions.isDueForRenewal(claims))
        self.clock.advance(by: .milliseconds(1))
        #expect(self.sessions.isDueForRenewal(claims))
    }

    @Test("anything that was tampered with is nobody")
    func anythingTamperedWithIsNobody() throws {
        let token = self.sessions.issue(to: try Self.user(), epoch: 0)
        let parts = token.split(separator: ".").map(String.init)
        let other = LocalSessions(secret: Secret(String(repeating: "o", count: 32)), clock: self.clock.wallClock)
        let hostile = [
            "", ".", "..", "a", "a.b", token + ".", "." + token, token + "." + parts[1], parts[0], parts[0] + ".",
            "." + parts[1], token.dropLast() + "A" == token ? token + "A" : token.dropLast() + "A", token + "=",
            token.replacing(".", with: " ."), other.issue(to: try Self.user(), epoch: 0), parts[1] + "." + parts[0],
            String(repeating: "a", count: 100_000), "\u{0}", "💥.💥",
        ]
        for text in hostile { #expect(self.sessions.read(text) == nil, "\(text.prefix(80))") }
        #expect(self.sessions.read(token) != nil)
        for text in hostile { #expect(self.sessions.read(text) == nil, "\(text.prefix(80))") }
    }

    @Test("a token that was read before ages like any other, and only its own bytes are it")
    func aTokenThatWasReadBeforeAges() throws {
        let sessions = self.sessions
        let token = sessions.issue(to: try Self.user(), epoch: 0)
        #expect(sessions.read(token) != nil)
        // The Kelvin sign counts as the letter when texts are compared.
        #expect(sessions.read(token.replacing("K", with: "\u{212A}")) == nil || !token.contains("K"))
        self.clock.advance(by: LocalSessions.lifetime)
        #expect(sessions.read(token) != nil)
        self.clock.advance(by: .milliseconds(1))
        #expect(sessions.read(token) == nil)
        self.clock.advance(by: .zero - LocalSessions.lifetime - .seconds(61))
        #expect(sessions.read(token) == nil)
    }

    @Test(
        "a well signed payload with wrong words is nobody",
        arguments: [
            #"{"v":2,"userId":"0123456789abcdef01234567","iat":1000000}"#,
            #"{"v":1,"userId":" ","iat":1000000}"#,
            #"{"v":1,"userId":"0123456789abcdef01234567","iat":0}"#,
            #"{"v":1,"userId":"0123456789abcdef01234567","iat":"1000000"}"#,
            #"{"v":1,"userId":"0123456789abcdef01234567","iat":1000000.5}"#,
            #"["v",1]"#, "null", "not json", "",
        ]
    )
    func aWellSignedPayloadWithWrongWordsIsNobody(payload: String) {
        #expect(self.sessions.read(self.sign(payload)) == nil)
    }

    @Test("a token without an epoch is of the first one")
    func aTokenWithoutAnEpochIsOfTheFirstOne() throws {
        let now = self.clock.wallClock.now.milliseconds
        let token = self.sign(#"{"v":1,"userId":"0123456789abcdef01234567","iat":\#(now)}"#)
        #expect(self.sessions.read(token)?.epoch == 0)
    }

    private func sign(_ payload: String) -> String {
        func encode(_ data: Data) -> String {
            data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        }
        let first = encode(Data(payload.utf8))
        let key = SymmetricKey(data: Data(String(repeating: "s", count: 32).utf8))
        return first + "." + encode(Data(HMAC<SHA256>.authenticationCode(for: Data(first.utf8), using: key)))
    }
}

/// A clock that a test moves.
final class MovableClock: Sendable {
    private let time = Mutex(Timestamp(milliseconds: 1_800_000_000_000))

    var wallClock: WallClock { WallClock { self.time.withLock { $0 } } }

    func advance(by duration: Duration) {
        self.time.withLock { $0 = $0.adding(duration) }
    }
}
