import Application
import Domain
import Folders
import Foundation
import Testing

@testable import WorkerAPI

@Suite struct WorkspaceTests {
    let key = WorkspaceKey.app(.one)
    let files: [SourceFile] = [.text("package.json", "{}"), .text("src/deep/a.ts", "a")]

    @Test func aWorkspaceOfAnotherAssignmentIsReplacedAndNeverReadAsCurrent() async throws {
        try await WorkerFixture.with { fixture in
            let directory = fixture.service.directory
            let old = try await directory.fill(self.key, with: self.files, assignment: "one")
            #expect(old == .filled)
            try fixture.put("mine", at: ".env.local")
            try fixture.put("upload", at: "attachments/a")
            try fixture.put("late", at: "late.ts")
            #expect(try await directory.fill(self.key, with: [], assignment: "one") == .kept)
            #expect(try await directory.state(of: self.key, assignment: "one").hasFiles)
            #expect(try await directory.state(of: self.key, assignment: "two").hasFiles == false)
            #expect(try await directory.state(of: self.key).hasFiles)
            await #expect(throws: WorkerRefusal.restoreNeeded) {
                _ = try await directory.fill(self.key, with: [], assignment: "two", restores: false)
            }
            #expect(fixture.content("late.ts") == "late")
            let new = try await directory.fill(self.key, with: [.text("new.ts", "n")], assignment: "two")
            #expect(new == .replaced)
            #expect(fixture.content("late.ts") == nil)
            #expect(fixture.content("new.ts") == "n")
            #expect(fixture.content("attachments/a") == "upload")
            // The first assignment is as old now.
            #expect(try await directory.state(of: self.key, assignment: "one").hasFiles == false)
            try await directory.remove(self.key)
            let left = try FileManager.default.contentsOfDirectory(atPath: directory.root.path(percentEncoded: false))
            #expect(left.isEmpty)
        }
    }

    @Test func anEmptyWorkspaceIsFilledOnceAndPrivately() async throws {
        try await WorkerFixture.with { fixture in
            let directory = fixture.service.directory
            #expect(try await directory.state(of: self.key) == (false, false))
            #expect(try await directory.fill(self.key, with: self.files) == .filled)
            #expect(try await directory.state(of: self.key) == (true, true))
            #expect(fixture.content("src/deep/a.ts") == "a")
            #expect(try await directory.fill(self.key, with: [.text("other.ts", "b")]) == .kept)
            #expect(fixture.content("other.ts") == nil)
            for folder in [directory.root, fixture.workspace(), fixture.workspace().appending(path: "src")] {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(percentEncoded: false))
                #expect(attributes[.posixPermissions] as? Int == 0o700)
            }
        }
    }

    @Test(arguments: ["attachments/f-note.txt", ".claude/x", "node_modules/a/package.json"])
    func whatIsNoContentDoesNotKeepAWorkspaceFromBeingFilled(_ path: String) async throws {
        try await WorkerFixture.with { fixture in
            try fixture.put("kept", at: path)
            #expect(try await fixture.service.directory.fill(self.key, with: self.files) == .filled)
            #expect(fixture.content("package.json") == "{}")
        }
    }

    @Test func attachmentsAndDotEntriesOutliveARestore() async throws {
        try await WorkerFixture.with { fixture in
            try fixture.put("note", at: "attachments/f-note.txt")
            try fixture.put("dot", at: ".keep")
            try fixture.put("old", at: "src/old.ts")
            try await fixture.service.restore(self.files, of: .one)
            #expect(fixture.content("attachments/f-note.txt") == "note")
            #expect(fixture.content(".keep") == "dot")
            #expect(fixture.content("src/old.ts") == nil)
            #expect(fixture.content("src/deep/a.ts") == "a")
            let names = try FileManager.default.contentsOfDirectory(atPath: fixture.service.directory.root.path())
            #expect(names == [App.ID.one.rawValue])
        }
    }

    @Test func stubsOfASandboxAreNoContentAndAreTidiedAway() async throws {
        try await WorkerFixture.with { fixture in
            for name in ["package.json", "yarn.lock", ".env.local", ".npmrc", "bunfig.toml"] {
                try fixture.put("", at: name)
            }
            try FileManager.default.createDirectory(
                at: fixture.workspace().appending(path: "node_modules"),
                withIntermediateDirectories: true
            )
            try fixture.put("MINE=1", at: ".env")
            #expect(try await fixture.service.directory.state(of: self.key) == (true, false))
            try await fixture.service.directory.tidy(self.key)
            let path = fixture.workspace().path(percentEncoded: false)
            #expect(try FileManager.default.contentsOfDirectory(atPath: path) == [".env"])
        }
    }

    @Test func filesThatNoRevisionHoldsAreNotWritten() async throws {
        try await WorkerFixture.with { fixture in
            let hostile: [SourceFile] = [
                .text(".claude/settings.json", "{}"), .text("a/node_modules/x.js", ""), .text(".env", "KEY=1"),
                .text("ok.ts", "ok"),
            ]
            try await fixture.service.restore(hostile, of: .one)
            #expect(fixture.content("ok.ts") == "ok")
            #expect(fixture.content(".claude/settings.json") == nil)
            #expect(fixture.content("a/node_modules/x.js") == nil)
            #expect(fixture.content(".env") == nil)
        }
    }

    @Test(arguments: ["../out.txt", "/etc/out.txt", "a/../../out.txt", "a//b", "a\u{0}b", "", ".", "a/./b", "a\\..\\b"])
    func aPathThatLeadsElsewhereIsNoPath(_ path: String) {
        #expect(SourcePath(path) == nil)
    }

    @Test func aFileUnderAFileIsRefusedAndChangesNothing() async throws {
        try await WorkerFixture.with { fixture in
            try await fixture.service.restore(self.files, of: .one)
            await #expect(throws: WorkerFailure.self) {
                try await fixture.service.restore([.text("a", "file"), .text("a/b", "below")], of: .one)
            }
            #expect(fixture.content("src/deep/a.ts") == "a")
            let names = try FileManager.default.contentsOfDirectory(atPath: fixture.service.directory.root.path())
            #expect(names == [App.ID.one.rawValue])
        }
    }

    @Test func aFileThatIsTooLargeIsRefusedByName() async throws {
        try await WorkerFixture.with { fixture in
            let large = SourceFile.text("big.txt", String(repeating: "x", count: SnapshotRules.maximumFileBytes + 1))
            let error = await #expect(throws: WorkerRefusal.self) {
                try await fixture.service.restore([large], of: .one)
            }
            guard case .snapshotRefused(let message) = error else {
                Issue.record("another refusal")
                return
            }
            #expect(message.contains("big.txt"))
            let workspaceExistsNow = try await fixture.service.status(of: .one).workspaceExists
            #expect(workspaceExistsNow == false)
        }
    }

    // MARK: Links that an agent made

    @Test func aLinkInTheWayOfAnAttachmentIsNotFollowed() async throws {
        try await WorkerFixture.with { fixture in
            let outside = fixture.folder.appending(path: "outside")
            try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
            try FileManager.default.createDirectory(at: fixture.workspace(), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                at: fixture.workspace().appending(path: "attachments"),
                withDestinationURL: outside
            )
            await #expect(throws: WorkerFailure.self) {
                try await fixture.service.storeAttachments([.sample("attachments/a-x.txt", "x")], of: .one)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path()).isEmpty)
            try Data("secret".utf8).write(to: outside.appending(path: "a-x.txt"))
            #expect(
                try await fixture.service.missingAttachments(["attachments/a-x.txt"], of: .one) == [
                    "attachments/a-x.txt"
                ]
            )
        }
    }

    @Test func aLinkWithTheNameOfAnAttachmentIsReplacedNotWrittenThrough() async throws {
        try await WorkerFixture.with { fixture in
            let victim = fixture.folder.appending(path: "victim.txt")
            try Data("untouched".utf8).write(to: victim)
            try fixture.put("", at: "attachments/.keep")
            try FileManager.default.createSymbolicLink(
                at: fixture.workspace().appending(path: "attachments/a-x.txt"),
                withDestinationURL: victim
            )
            try await fixture.service.storeAttachments([.sample("attachments/a-x.txt", "new")], of: .one)
            #expect(fixture.content("attachments/a-x.txt") == "new")
            #expect(try String(contentsOf: victim, encoding: .utf8) == "untouched")
        }
    }

    @Test func aWorkspaceThatIsALinkIsRefused() async throws {
        try await WorkerFixture.with { fixture in
            let outside = fixture.folder.appending(path: "outside")
            try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: fixture.service.directory.root.appending(path: App.ID.one.rawValue).path(percentEncoded: false),
                withDestinationPath: outside.path(percentEncoded: false)
            )
            await #expect(throws: WorkerFailure.self) { try await fixture.service.restore(self.files, of: .one) }
            await #expect(throws: WorkerFailure.self) { _ = try await fixture.service.startTurn(.sample()) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path()).isEmpty)
            let isBusyNow = try await fixture.service.status(of: .one).isBusy
            #expect(isBusyNow == false)
        }
    }

    @Test func removingDoesNotFollowLinksAndKnowsNoDepth() async throws {
        try await WorkerFixture.with { fixture in
            let outside = fixture.folder.appending(path: "outside")
            try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
            try Data("kept".utf8).write(to: outside.appending(path: "kept.txt"))
            try fixture.put("x", at: "a/b/c.txt")
            try FileManager.default.createSymbolicLink(
                at: fixture.workspace().appending(path: "a/out"),
                withDestinationURL: outside
            )
            try await fixture.service.directory.inside(self.key) { folder in
                _ = try folder.makingFolder("d".rawName)
                // Deeper than one path can name.
                for _ in 0..<3000 {
                    let next = try folder.makingFolder("n".rawName)
                    try folder.move("d".rawName, to: next, as: "d".rawName)
                    try folder.move("n".rawName, to: folder, as: "d".rawName)
                }
            }
            try await fixture.service.remove(.one)
            let workspaceExistsNow = try await fixture.service.status(of: .one).workspaceExists
            #expect(workspaceExistsNow == false)
            #expect(try String(contentsOf: outside.appending(path: "kept.txt"), encoding: .utf8) == "kept")
            #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.service.directory.root.path()).isEmpty)
            #expect(fixture.building.forgotten.contains(.one))
        }
    }

    @Test func aStartRemovesWhatADeadProcessLeft() async throws {
        try await WorkerFixture.with { fixture in
            let root = fixture.service.directory.root
            for name in [".second-9-1", "\(App.ID.two)__metadata__abc"] {
                try FileManager.default.createDirectory(
                    at: root.appending(path: name + "/x"),
                    withIntermediateDirectories: true
                )
            }
            try fixture.put("kept", at: "a.txt")
            try await fixture.service.prepare()
            #expect(try FileManager.default.contentsOfDirectory(atPath: root.path()) == [App.ID.one.rawValue])
            #expect(fixture.content("a.txt") == "kept")
        }
    }

    @Test func onlyDisposableDirectoriesAreDisposedOf() async throws {
        try await WorkerFixture.with { fixture in
            try fixture.put("kept", at: "a.txt")
            try await fixture.service.directory.removeDisposable(self.key)
            #expect(fixture.content("a.txt") == "kept")
        }
    }
}

extension WorkerAttachment {
    static func sample(_ path: String, _ text: String, size: Int? = nil) -> WorkerAttachment {
        WorkerAttachment(
            reference: AttachmentRef(
                id: "a",
                name: "x.txt",
                path: path,
                size: size ?? text.utf8.count,
                contentType: nil
            ),
            bytes: Data(text.utf8)
        )
    }
}
