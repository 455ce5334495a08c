import Domain
import Foundation
import Testing

@testable import Builder

@Suite struct SnapshotCollectorTests {
    private func collect(_ files: [String: Data], prepare: (URL) throws -> Void = { _ in }) async throws -> AppSnapshot
    {
        try await BuilderFixture.with { fixture in
            for (path, bytes) in files {
                let file = fixture.root.appending(path: path)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try bytes.write(to: file)
            }
            try prepare(fixture.root)
            return try await SnapshotCollector().collect(fixture.root)
        }
    }

    private func refusal(_ files: [String: Data]) async throws -> [SnapshotRules.Violation] {
        try await #require(throws: SnapshotRefusal.self) { try await self.collect(files) }.violations
    }

    @Test func filesComeInByteOrderWithTheirBytes() async throws {
        let snapshot = try await self.collect([
            "src/b.ts": Data("b".utf8), "src/B.ts": Data("B".utf8), "é": Data([0xFF, 0]),
        ])
        #expect(snapshot.files.map(\.path.rawValue) == ["src/B.ts", "src/b.ts", "é"])
        #expect(snapshot.files.map(\.isBinary) == [false, false, true])
        #expect(snapshot.totalBytes == 4)
        #expect(snapshot.warning == nil)
        #expect(snapshot.hash == SourceRevision.hash(of: snapshot.files))
    }

    @Test(arguments: [
        ".env", ".env.local", ".npmrc", ".bashrc", ".git/config", "node_modules/a/index.js", "src/node_modules/a.js",
        "attachments/x.pdf", "a/attachments/x", ".claude/settings.json", "x/.next/y", "x/.cache/y", ".hidden/deep/file",
        "package-lock.json",
    ])
    func someEntriesStayOut(_ path: String) async throws {
        let bytes = path == "package-lock.json" ? Data() : Data("x".utf8)
        let snapshot = try await self.collect([path: bytes, "kept.txt": Data("k".utf8)])
        #expect(snapshot.files.map(\.path.rawValue) == ["kept.txt"])
    }

    @Test func aLockFileWithContentAndAnEmptySourceStay() async throws {
        let snapshot = try await self.collect(["package-lock.json": Data("{}".utf8), "src/empty.ts": Data()])
        #expect(snapshot.files.map(\.path.rawValue) == ["package-lock.json", "src/empty.ts"])
    }

    @Test func aFileOfExactlyTheLimitIsTakenAndOneByteMoreIsNamed() async throws {
        let limit = SnapshotRules.maximumFileBytes
        #expect(try await self.collect(["a": Data(count: limit)]).totalBytes == limit)
        let violations = try await self.refusal([
            "b/big.bin": Data(count: limit + 1), "a": Data(count: limit), "c.bin": Data(count: limit + 5),
        ])
        #expect(
            violations == [
                .fileTooLarge(try #require(SourcePath("b/big.bin")), bytes: limit + 1),
                .fileTooLarge(try #require(SourcePath("c.bin")), bytes: limit + 5),
            ]
        )
        #expect(SnapshotRefusal(violations: violations).message.contains("b/big.bin has 1048577 bytes"))
    }

    @Test func theTotalWarnsAndThenRefuses() async throws {
        let limit = SnapshotRules.maximumFileBytes
        func files(_ count: Int, extra: Int) -> [String: Data] {
            var files = Dictionary(uniqueKeysWithValues: (0..<count).map { ("f\($0)", Data(count: limit)) })
            files["z"] = Data(count: extra)
            return files
        }
        #expect(try await self.collect(files(8, extra: 0)).warning == nil)
        #expect(try await self.collect(files(8, extra: 1)).warning != nil)
        #expect(try await self.collect(files(12, extra: 0)).totalBytes == SnapshotRules.maximumTotalBytes)
        #expect(
            try await self.refusal(files(12, extra: 1)) == [.totalTooLarge(bytes: SnapshotRules.maximumTotalBytes + 1)]
        )
    }

    @Test func linksAndSpecialsAreNotFollowed() async throws {
        let snapshot = try await self.collect(["real.txt": Data("r".utf8)]) { root in
            let files = FileManager.default
            try files.createSymbolicLink(atPath: root.path + "/passwd", withDestinationPath: "/etc/passwd")
            try files.createSymbolicLink(atPath: root.path + "/etc", withDestinationPath: "/etc")
            try files.createSymbolicLink(atPath: root.path + "/self", withDestinationPath: ".")
            #expect(mkfifo(root.path + "/pipe", 0o600) == 0)
        }
        #expect(snapshot.files.map(\.path.rawValue) == ["real.txt"])
    }

    @Test func hostileNamesAreStoredOrNamed() async throws {
        let strange = ["new\nline.ts", "spa ce", "‮gnp.exe", "--flag", "$(id)", "quote'\".ts", "~", "a&b;c"]
        let snapshot = try await self.collect(Dictionary(uniqueKeysWithValues: strange.map { ($0, Data("x".utf8)) }))
        #expect(Set(snapshot.files.map(\.path.rawValue)) == Set(strange))

        let deep = (0..<4).map { _ in String(repeating: "d", count: 80) }.joined(separator: "/")
        #expect(try await self.refusal([deep: Data("x".utf8)]) == [.unusablePath(deep)])
        #expect(try await self.refusal(["back\\slash": Data("x".utf8)]) == [.unusablePath("back\\slash")])

        await #expect(throws: SnapshotRefusal.self) {
            try await self.collect([:]) { root in
                let descriptor = open(root.path + "/bad-\u{1}", O_CREAT | O_WRONLY, 0o600)
                close(descriptor)
                var name = Array((root.path + "/bad-").utf8CString.dropLast())
                name += [CChar(bitPattern: 0xFF), 0]
                let other = open(name, O_CREAT | O_WRONLY, 0o600)
                #expect(other >= 0)
                close(other)
            }
        }
    }

    @Test func aFolderThatIsNotThereIsEmpty() async throws {
        let snapshot = try await SnapshotCollector().collect(URL(filePath: "/nonexistent/workspace"))
        #expect(snapshot.files.isEmpty)
        #expect(snapshot.hash == nil)
    }

    @Test func tooManyFilesAreRefused() async throws {
        func files(_ count: Int) -> [String: Data] {
            Dictionary(uniqueKeysWithValues: (0..<count).map { ("f\($0)", Data("x".utf8)) })
        }
        #expect(try await self.collect(files(SnapshotRules.maximumFiles)).files.count == SnapshotRules.maximumFiles)
        #expect(try await self.refusal(files(SnapshotRules.maximumFiles + 1)) == [.tooManyFiles(count: 2001)])
    }
}
