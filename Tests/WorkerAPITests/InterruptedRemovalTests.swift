import Domain
import Folders
import Foundation
import Testing

@testable import WorkerAPI

/// A process may end in the middle of a removal; what it leaves has a name of ours and is removed later.
@Suite struct InterruptedRemovalTests {
    private func with(_ body: (URL) async throws -> Void) async throws {
        let root = URL.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "interrupted-\(IdentifierSource.live.token())")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }  // A folder that stays behind harms nobody.
        try await body(root)
    }

    private func make(_ paths: [String], in root: URL) throws {
        for path in paths {
            try FileManager.default.createDirectory(
                at: root.appending(path: path),
                withIntermediateDirectories: true
            )
        }
    }

    @Test func leftoversAreRemovedAndNothingElse() async throws {
        try await self.with { root in
            try self.make([".second-1-2/a/b", ".second-x", "kept/.second-1-1", ".secondary"], in: root)
            try Data("token".utf8).write(to: root.appending(path: ".second-1-3.tmp"))
            try OpenFolder.open(root.path).removeLeftovers()
            #expect(try FileManager.default.contentsOfDirectory(atPath: root.path).sorted() == [".secondary", "kept"])
            #expect(FileManager.default.fileExists(atPath: root.path + "/kept/.second-1-1"))
        }
    }

    /// In a container every process has the same id, and so the same names.
    @Test func namesOfAnEarlierProcessWithOurIDAreInNobodysWay() async throws {
        try await self.with { root in
            let name = String(decoding: OpenFolder.leftoverName().dropLast().map(UInt8.init), as: UTF8.self)
            let number = try #require(name.split(separator: "-").last.flatMap { Int($0) })
            // Other tests take names meanwhile.
            let names = (number + 1...number + 500).map { ".second-\(getpid())-\($0)" }
            try self.make(names.map { $0 + "/a/b" } + ["folder/a/b", "folder/c/d"], in: root)
            let folder = try OpenFolder.open(root.path)
            try folder.remove("folder".rawName)
            #expect(try FileManager.default.contentsOfDirectory(atPath: root.path).count == names.count)
            try folder.removeLeftovers()
            #expect(try FileManager.default.contentsOfDirectory(atPath: root.path).isEmpty)
        }
    }

    @Test func ofSelfTestsOnlyWhatIsOldIsRemoved() async throws {
        try await self.with { root in
            try self.make(
                ["self-test-old/home", ".second-1-1/home", "self-test-new", ".second-1-2", "builds"],
                in: root
            )
            let time = Date().addingTimeInterval(-3600)
            for name in ["self-test-old", ".second-1-1", "builds"] {
                try FileManager.default.setAttributes([.modificationDate: time], ofItemAtPath: root.path + "/" + name)
            }
            await SelfTestFolders(parent: root, wallClock: .live).removeLeftovers(olderThan: .seconds(600))
            let left = try FileManager.default.contentsOfDirectory(atPath: root.path).sorted()
            #expect(left == [".second-1-2", "builds", "self-test-new"])
        }
    }
}
