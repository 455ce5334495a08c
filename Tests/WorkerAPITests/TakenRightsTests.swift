import Application
import Domain
import Folders
import Foundation
import RuntimeProtocols
import Testing

@testable import WorkerAPI

/// An agent owns what is in its workspace and its home, and may take away its own rights to them; its app works on.
@Suite struct TakenRightsTests {
    private func mode(_ file: URL) throws -> Int {
        let path = file.path(percentEncoded: false)
        return try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    private func take(_ folders: [URL]) {
        for folder in folders { #expect(chmod(folder.path(percentEncoded: false), 0) == 0) }
    }

    @Test func theNextTurnHasWorkspaceAndHomeAgain() async throws {
        try await WorkerFixture.with { fixture in
            _ = try await fixture.service.startTurn(.sample()).all()
            let folders = [fixture.workspace(), fixture.folder.appending(path: "homes/\(App.ID.one)")]
            self.take(folders)
            _ = try await fixture.service.startTurn(.sample(run: .two)).all()
            for folder in folders { #expect(try self.mode(folder) == 0o700) }
        }
    }

    @Test func transcriptsAreFoundAndWrittenBelowFoldersWithoutRights() async throws {
        try await WorkerFixture.with { fixture in
            let home = fixture.folder.appending(path: "homes/\(App.ID.one)")
            let places = [".claude", ".claude/projects", ".claude/projects/-w"].map { home.appending(path: $0) }
            try FileManager.default.createDirectory(at: places[2], withIntermediateDirectories: true)
            try Data("said".utf8).write(to: places[2].appending(path: "session-1.jsonl"))
            _ = try await fixture.service.startTurn(.sample()).all()
            self.take(places.reversed())
            #expect(try await fixture.service.session(of: .one)?.transcript == Data("said".utf8))
            for place in places { #expect(try self.mode(place) == 0o700) }
        }
    }

    @Test func whatIsFineStaysAsItIs() async throws {
        try await WorkerFixture.with { fixture in
            try fixture.put("x", at: "src/a.ts")
            #expect(chmod(fixture.workspace().appending(path: "src").path(percentEncoded: false), 0o755) == 0)
            try await fixture.service.directory.inside(.app(.one)) { folder in
                _ = try folder.makingFolder("src".rawName)
            }
            #expect(try self.mode(fixture.workspace().appending(path: "src")) == 0o755)
        }
    }

    /// The rights of what a link points to are nobody's to change.
    @Test func noLinkIsFollowedToGiveRights() async throws {
        try await WorkerFixture.with { fixture in
            let target = fixture.folder.appending(path: "elsewhere")
            try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
            try fixture.put("x", at: "a.ts")
            try FileManager.default.createSymbolicLink(
                at: fixture.workspace().appending(path: "out"),
                withDestinationURL: target
            )
            self.take([target])
            let key = WorkspaceKey.app(.one)
            await #expect(throws: DiskFailure.self) {
                try await fixture.service.directory.inside(key) { _ = try $0.makingFolder("out".rawName) }
            }
            try await fixture.service.directory.inside(key) { _ = try $0.claimingFolder("out".rawName) }
            #expect(try self.mode(target) == 0)
            #expect(chmod(target.path(percentEncoded: false), 0o700) == 0)
        }
    }
}
