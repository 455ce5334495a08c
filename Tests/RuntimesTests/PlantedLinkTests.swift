import Foundation
import RuntimeProtocols
import Runtimes
import Testing

/// An agent may plant links in its home and its workspace; the worker follows none.
@Suite struct PlantedLinkTests {
    @Test(arguments: ["turn", "tmp", ".claude"])
    func aLinkInPlaceOfAFolderOfOursIsReplacedAndItsTargetLeftAlone(_ name: String) async throws {
        try await ScriptedAgent.with("ls -A $HOME $HOME/turn > seen") { agent in
            let target = try agent.folder("elsewhere")
            try Data("precious".utf8).write(to: target.appending(path: "system-prompt.md"))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: target.path())
            try FileManager.default.createDirectory(at: agent.home, withIntermediateDirectories: true)
            let link = agent.home.appending(path: name)
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: target)
            await agent.run(.loopback(target))
            #expect(agent.text(agent.turn.workspace.appending(path: "seen"))?.contains("tool-servers.json") == true)
            #expect(agent.text(target.appending(path: "system-prompt.md")) == "precious")
            #expect(try FileManager.default.contentsOfDirectory(atPath: target.path()) == ["system-prompt.md"])
            #expect(try agent.mode(target) == 0o755)
        }
    }

    @Test func whatAnInterruptedTurnLeftIsGoneAtTheNext() async throws {
        try await ScriptedAgent.with("ls -A $HOME $HOME/.claude > seen") { agent in
            let folder = try agent.folder("homes/app/.second-1-1/deep")
            let copy = try agent.folder("homes/app/.claude").appending(path: ".second-1-2.tmp")
            try Data("token".utf8).write(to: copy)
            await agent.run(.loopback(agent.root))
            let seen = agent.text(agent.turn.workspace.appending(path: "seen"))
            #expect(seen?.contains(".claude") == true && seen?.contains(".second-") == false)
            #expect(!FileManager.default.fileExists(atPath: folder.path(percentEncoded: false)))
        }
    }

    @Test func aLinkInPlaceOfTheHomeIsRefused() async throws {
        try await ScriptedAgent.with("touch started") { agent in
            let target = try agent.folder("elsewhere")
            _ = try agent.folder("homes")
            try FileManager.default.createSymbolicLink(at: agent.home, withDestinationURL: target)
            await agent.run(.loopback(target))
            #expect(try FileManager.default.contentsOfDirectory(atPath: target.path()).isEmpty)
            #expect(agent.text(agent.turn.workspace.appending(path: "started")) == nil)
        }
    }

    @Test func whatATurnPutThereIsRemovedWhereverTheAgentMovedIt() async throws {
        let script = """
            mv $HOME/turn $HOME/kept; ln -s "$PWD/../../elsewhere" $HOME/turn
            mv $HOME/.claude $HOME/c; ln -s "$PWD/../../elsewhere" $HOME/.claude
            """
        try await ScriptedAgent.with(script) { agent in
            let elsewhere = try agent.folder("elsewhere")
            let own = elsewhere.appending(path: ".credentials.json")
            try Data(#"{"claudeAiOauth":{"accessToken":"a","refreshToken":"r","expiresAt":1}}"#.utf8).write(to: own)
            try Data("precious".utf8).write(to: elsewhere.appending(path: "tool-servers.json"))
            await agent.run(.login(credentials: own))
            #expect(agent.text(own) != nil)
            #expect(agent.text(elsewhere.appending(path: "tool-servers.json")) == "precious")
            #expect(agent.text(agent.home.appending(path: "c/.credentials.json")) == nil)
            let kept = agent.home.appending(path: "kept").path(percentEncoded: false)
            #expect(try FileManager.default.contentsOfDirectory(atPath: kept).isEmpty)
        }
    }

    @Test func aLinkInTheWorkspaceIsNoStub() async throws {
        let script = """
            ln -s "$PWD/../../elsewhere" .claude; ln -s "$PWD/../../elsewhere/.npmrc" .npmrc
            mkdir -p node_modules/.bin; : > .env
            """
        try await ScriptedAgent.with(script) { agent in
            let elsewhere = try agent.folder("elsewhere")
            try Data().write(to: elsewhere.appending(path: ".npmrc"))
            await agent.run(.loopback(elsewhere))
            #expect(agent.text(elsewhere.appending(path: ".npmrc")) == "")
            let left = try FileManager.default.contentsOfDirectory(atPath: agent.turn.workspace.path())
            #expect(Set(left) == [".claude", ".npmrc"])
        }
    }
}
