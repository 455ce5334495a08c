import Application
import Domain
import Foundation
import Testing

@testable import WorkerAPI

@Suite struct AttachmentTests {
    func refusal(of files: [WorkerAttachment]) async throws -> String? {
        try await WorkerFixture.with { fixture in
            do {
                try await fixture.service.storeAttachments(files, of: .one)
                return nil
            } catch WorkerRefusal.attachmentRefused(let code) {
                let workspaceExistsNow = try await fixture.service.status(of: .one).workspaceExists
                #expect(workspaceExistsNow == false)
                return code
            }
        }
    }

    @Test func anEmptyFileIsWelcome() async throws {
        #expect(try await self.refusal(of: [.sample("attachments/a-x.txt", "")]) == nil)
    }

    @Test(arguments: [
        "x.txt", "attachments", "attachments/", "/attachments/x", "attachments/../x", "../attachments/x",
        "attachments//x", "attachments/a\u{0}b", "Attachments/x", "attachments/./x", "attachments\\x", "",
    ])
    func aPathOutsideOfAttachmentsIsRefused(_ path: String) async throws {
        #expect(
            try await self.refusal(of: [.sample("attachments/a-ok.txt", "ok"), .sample(path, "x")])
                == "invalid_file_path"
        )
    }

    @Test(arguments: [(0, "missing_files"), (1, nil), (10, nil), (11, "too_many_files")])
    func thereAreOneToTenFiles(_ count: Int, _ code: String?) async throws {
        let files = (0..<count).map { WorkerAttachment.sample("attachments/a-\($0).txt", "x") }
        #expect(try await self.refusal(of: files) == code)
    }

    @Test func aSizeThatIsNotTrueIsRefused() async throws {
        #expect(try await self.refusal(of: [.sample("attachments/a", "xy", size: 1)]) == "invalid_file_size")
    }

    @Test(arguments: [
        ([AttachmentRules.maximumFileBytes], nil), ([AttachmentRules.maximumFileBytes + 1], "file_too_large"),
        ([AttachmentRules.maximumFileBytes, AttachmentRules.maximumFileBytes], nil),
        ([AttachmentRules.maximumFileBytes, AttachmentRules.maximumFileBytes, 1], "upload_too_large"),
    ])
    func sizesHaveLimits(_ sizes: [Int], _ code: String?) async throws {
        let files = sizes.enumerated().map { index, size in
            WorkerAttachment(
                reference: AttachmentRef(
                    id: "a",
                    name: "x",
                    path: "attachments/\(index)",
                    size: size,
                    contentType: nil
                ),
                bytes: Data(count: size)
            )
        }
        #expect(try await self.refusal(of: files) == code)
    }

    @Test func whatIsGoneIsNamed() async throws {
        try await WorkerFixture.with { fixture in
            try await fixture.service.storeAttachments([.sample("attachments/a-x.txt", "x")], of: .one)
            let paths = ["attachments/a-x.txt", "attachments/b-y.txt"]
            #expect(try await fixture.service.missingAttachments(paths, of: .one) == ["attachments/b-y.txt"])
            await #expect(throws: WorkerRefusal.attachmentRefused(code: "invalid_file_path")) {
                _ = try await fixture.service.missingAttachments(["attachments/../../etc/passwd"], of: .one)
            }
            await #expect(throws: WorkerRefusal.attachmentRefused(code: "too_many_files")) {
                let many = (0...10).map { "attachments/\($0)" }
                _ = try await fixture.service.missingAttachments(many, of: .one)
            }
        }
    }

    @Test func anUploadBeforeTheFirstPromptDoesNotKeepTheTemplateOut() async throws {
        try await WorkerFixture.with { fixture in
            try await fixture.service.storeAttachments([.sample("attachments/a-x.txt", "x")], of: .one)
            _ = try await fixture.service.startTurn(.sample()).all()
            #expect(fixture.content("src/main.tsx") == "start")
            #expect(fixture.content("attachments/a-x.txt") == "x")
        }
    }
}
