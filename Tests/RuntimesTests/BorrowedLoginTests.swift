import Foundation
import RuntimeProtocols
import Runtimes
import Testing

/// What a turn does with the login of the person at this machine.
@Suite struct BorrowedLoginTests {
    private static let original = """
        {"claudeAiOauth":{"accessToken":"old-access","refreshToken":"old-refresh","expiresAt":1000,"scopes":["user:inference"]},
        "mcpOAuth":{"mail":{"accessToken":"mail-token"}}}
        """

    private func after(_ script: String) async throws -> (original: String?, mode: Int?, seen: String?, left: String?) {
        let found = Box()
        try await ScriptedAgent.with("cat $CLAUDE_CONFIG_DIR/.credentials.json > seen\n" + script) { agent in
            let file = try agent.folder("person").appending(path: ".credentials.json")
            try Data(Self.original.utf8).write(to: file)
            await agent.run(.login(credentials: file))
            found.value = (
                agent.text(file), try agent.mode(file), agent.text(agent.turn.workspace.appending(path: "seen")),
                agent.text(agent.turn.home.claudeConfiguration.appending(path: ".credentials.json"))
            )
        }
        return try #require(found.value)
    }

    private final class Box {
        var value: (String?, Int?, String?, String?)?
    }

    private static func refresh(_ members: String) -> String {
        #"echo '{"claudeAiOauth":{\#(members)}}' > $CLAUDE_CONFIG_DIR/.credentials.json"#
    }

    @Test func theAgentGetsNothingButTheTokensOfClaudeCode() async throws {
        let found = try await self.after("")
        #expect(found.seen?.contains("old-access") == true)
        #expect(found.seen?.contains("mail-token") == false)
        #expect(found.left == nil)
        #expect(found.original == Self.original)
    }

    @Test func tokensThatATurnRefreshedReachThePerson() async throws {
        let found = try await self.after(
            Self.refresh(
                #""accessToken":"new-access","refreshToken":"new-refresh","expiresAt":2000,"scopes":["org:admin"]"#
            )
        )
        let text = try #require(found.original)
        #expect(text.contains("new-access") && text.contains("new-refresh") && text.contains("2000"))
        #expect(!text.contains("old-"))
        #expect(text.contains("mail-token"))
        #expect(text.contains("user:inference") && !text.contains("org:admin"))
        #expect(found.mode == 0o600)
        #expect(found.left == nil)
    }

    @Test(arguments: [
        #""accessToken":"new","refreshToken":"new","expiresAt":1000"#,
        #""accessToken":"new","refreshToken":"new","expiresAt":999"#,
        #""accessToken":"new","refreshToken":"new","expiresAt":"2000""#,
        #""accessToken":"","refreshToken":"new","expiresAt":2000"#,
        #""accessToken":"new","expiresAt":2000"#,
        #""accessToken":"n\u0000w","refreshToken":"new","expiresAt":2000"#,
        "",
    ])
    func whatIsNoNewerLoginIsNotTakenOver(_ members: String) async throws {
        let found = try await self.after(Self.refresh(members))
        #expect(found.original == Self.original)
    }

    @Test(arguments: [
        "rm $CLAUDE_CONFIG_DIR/.credentials.json",
        "rm $CLAUDE_CONFIG_DIR/.credentials.json; ln -s /etc/passwd $CLAUDE_CONFIG_DIR/.credentials.json",
        "rm $CLAUDE_CONFIG_DIR/.credentials.json; mkdir -p $CLAUDE_CONFIG_DIR/.credentials.json/x",
        "head -c 70000 /dev/zero > $CLAUDE_CONFIG_DIR/.credentials.json",
        "echo '{' > $CLAUDE_CONFIG_DIR/.credentials.json",
    ])
    func whateverTheAgentPutsInItsPlaceChangesNothing(_ script: String) async throws {
        let found = try await self.after(script)
        #expect(found.original == Self.original)
        #expect(found.left == nil)
    }

    @Test func aLoginThatThePersonRenewedMeanwhileStays() async throws {
        let found = try await self.after(
            Self.refresh(#""accessToken":"new","refreshToken":"new","expiresAt":2000"#)
                + "\necho '{\"claudeAiOauth\":{\"accessToken\":\"mine\"}}' > ../../person/.credentials.json"
        )
        #expect(found.original == "{\"claudeAiOauth\":{\"accessToken\":\"mine\"}}\n")
    }
}
