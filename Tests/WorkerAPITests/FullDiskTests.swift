import Application
import Domain
import Folders
import Foundation
import Testing

@testable import WorkerAPI

/// Runs where `SECOND_TEST_SMALL_DISK` names an empty file system of about one mebibyte.
@Suite(.enabled(if: SmallDisk.path != nil, "SECOND_TEST_SMALL_DISK names no small file system"), .serialized)
struct FullDiskTests {
    @Test func aFullDiskIsSaidClearlyAndTearsNothing() async throws {
        let disk = try #require(SmallDisk.path)
        let directory = WorkspaceDirectory(root: URL(filePath: disk).appending(path: "workspaces"))
        try await directory.prepare()
        try await directory.restore(.app(.one), to: [.text("a.txt", "old")])
        try await AttachmentStore(directory: directory).store([.sample("attachments/a-x.txt", "kept")], of: .one)
        let large = (0..<4).map { SourceFile.text("b\($0).txt", String(repeating: "x", count: 1_000_000)) }
        let error = await #expect(throws: DiskFailure.self) {
            try await directory.restore(.app(.one), to: [.text("a.txt", "new")] + large)
        }
        #expect(error?.description == "The disk is full; nothing was changed.")
        await #expect(throws: DiskFailure.self) {
            let attachment = WorkerAttachment.sample("attachments/a-x.txt", String(repeating: "y", count: 4_000_000))
            try await AttachmentStore(directory: directory).store([attachment], of: .one)
        }
        let workspace = directory.url(of: .app(.one))
        #expect(try String(contentsOf: workspace.appending(path: "a.txt"), encoding: .utf8) == "old")
        #expect(try String(contentsOf: workspace.appending(path: "attachments/a-x.txt"), encoding: .utf8) == "kept")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.root.path()) == [App.ID.one.rawValue])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: workspace.appending(path: "attachments").path())
                == ["a-x.txt"]
        )
        try await directory.remove(.app(.one))
    }
}

private enum SmallDisk {
    static let path = ProcessInfo.processInfo.environment["SECOND_TEST_SMALL_DISK"]
}
