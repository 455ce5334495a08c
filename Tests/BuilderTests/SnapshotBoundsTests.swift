import Domain
import Foundation
import Testing

@testable import Builder

/// A snapshot is whole or refused, also of a workspace that was filled on purpose.
@Suite struct SnapshotBoundsTests {
    @Test(arguments: [true, false])
    func oneEntryPastTheLimitRefusesTheWhole(_ areLinks: Bool) async throws {
        try await BuilderFixture.with { fixture in
            let root = fixture.root.path
            try Data("a".utf8).write(to: fixture.root.appending(path: "a.txt"))
            func add(_ number: Int) {
                let path = "\(root)/x\(number)"
                #expect((areLinks ? symlink("/etc/passwd", path) : mkdir(path, 0o700)) == 0)
            }
            let limit = 200
            let collector = SnapshotCollector(maximumEntries: limit)
            for number in 1..<limit { add(number) }
            #expect(try await collector.collect(fixture.root).files.map(\.path.rawValue) == ["a.txt"])
            add(limit)
            let refusal = try await #require(throws: SnapshotRefusal.self) {
                try await collector.collect(fixture.root)
            }
            #expect(refusal.violations == [.tooManyEntries(limit: limit)])
            #expect(refusal.message.contains("200"))
        }
    }

    /// The tests count in hundreds: fifty thousand entries keep a slow disk busy for a minute, and every other test with
    /// it.
    @Test func theLimitIsFiftyThousandEntries() {
        #expect(SnapshotCollector.maximumEntries == 50_000)
    }

    @Test func oneFolderTooDeepRefusesTheWhole() async throws {
        try await BuilderFixture.with { fixture in
            let deepest = String(repeating: "d/", count: 64)
            let folder = fixture.root.appending(path: deepest)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data("x".utf8).write(to: folder.appending(path: "x"))
            #expect(try await SnapshotCollector().collect(fixture.root).files.map(\.path.rawValue) == [deepest + "x"])
            let next = folder.appending(path: "d")
            try FileManager.default.createDirectory(at: next, withIntermediateDirectories: false)
            let refusal = try await #require(throws: SnapshotRefusal.self) {
                try await SnapshotCollector().collect(fixture.root)
            }
            #expect(refusal.violations == [.unusablePath(deepest + "d")])
        }
    }
}
