import Application
import Documents
import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing
import WebAPI

/// Files that are added to a conversation (spec 02 §16).
@Suite("Uploads", .timeLimit(.minutes(5)))
struct UploadTests {
    private let world: World
    private let app: App
    private let run: Run

    init() async throws {
        self.world = try await World.make()
        (self.app, self.run) = try await self.world.makeApp()
    }

    private func upload(
        _ count: Int,
        ids: String? = nil,
        size: Int = 1,
        run: String? = nil
    ) async throws -> TestResponse {
        let list = ids ?? "[" + (0..<count).map { "\"f\($0)\"" }.joined(separator: ",") + "]"
        var body = ByteBuffer()
        for (name, value) in [("attachmentIds", list), ("runId", run ?? "")] {
            body.writeString("--b\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n")
        }
        for number in 0..<count {
            body.writeString("--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"\(number)\"\r\n\r\n")
            body.writeRepeatingByte(120, count: size)
            body.writeString("\r\n")
        }
        body.writeString("--b--\r\n")
        return try await self.world.send(
            .post,
            self.world.path(of: self.app) + "/attachments",
            as: .member,
            headers: [.contentType: "multipart/form-data; boundary=b"],
            body: body
        )
    }

    private func expect(
        _ answer: TestResponse,
        _ status: HTTPResponse.Status,
        _ code: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(answer.status == status, sourceLocation: sourceLocation)
        #expect(answer.code == code, sourceLocation: sourceLocation)
    }

    @Test("ten files are taken, eleven are not")
    func countsStopAtTheirLimit() async throws {
        #expect(try await self.upload(10).status == .ok)
        self.expect(try await self.upload(11), .contentTooLarge, "too_many_files")
        self.expect(try await self.upload(0), .badRequest, "missing_files")
    }

    @Test("a file has 25 MiB at most, and all together 50 MiB")
    func sizesStopAtTheirLimits() async throws {
        #expect(try await self.upload(1, size: 26_214_400).status == .ok)
        self.expect(try await self.upload(1, size: 26_214_401), .contentTooLarge, "file_too_large")
        #expect(try await self.upload(2, size: 26_214_400).status == .ok)
        self.expect(try await self.upload(3, size: 17_476_267), .contentTooLarge, "upload_too_large")
    }

    @Test("every file has an id of its own")
    func everyFileHasAnID() async throws {
        self.expect(try await self.upload(2, ids: #"["a"]"#), .badRequest, "missing_files")
        self.expect(try await self.upload(2, ids: "nonsense"), .badRequest, "missing_files")
        self.expect(try await self.upload(2, ids: #"["a","a"]"#), .badRequest, "invalid_file")
        self.expect(try await self.upload(1, ids: "[1]"), .badRequest, "invalid_file")
    }

    @Test("what is no form is refused")
    func whatIsNoFormIsRefused() async throws {
        let path = self.world.path(of: self.app) + "/attachments"
        self.expect(
            try await self.world.send(.post, path, as: .member, json: "{}"),
            .badRequest,
            "invalid_form_data"
        )
    }

    @Test("a run that is not there is no place for files, and nothing is kept")
    func anUnknownRunTakesNoFiles() async throws {
        for run in ["nonsense", IdentifierSource.live.make(Run.self).rawValue] {
            self.expect(try await self.upload(1, run: run), .notFound, "run_not_found")
        }
        let other = try await self.world.makeApp("Other").run
        let scope = AppScope(workspaceID: self.app.workspaceID, appID: self.app.id)
        self.expect(try await self.upload(1, run: other.id.rawValue), .notFound, "run_not_found")
        #expect(try await self.world.store.count(where: .ofApp(scope), in: Collections.attachments) == 0)
        #expect(try await self.upload(1, run: self.run.id.rawValue).status == .ok)
    }

    @Test("a worker that is away, or refuses, is told as such")
    func aWorkerThatRefusesIsToldAsSuch() async throws {
        self.world.worker.state.withLock { $0.refusal = .unreachable }
        self.expect(try await self.upload(1), .badGateway, "worker_unavailable")
        self.world.worker.state.withLock { $0.refusal = .attachmentRefused(code: "disk_full") }
        self.expect(try await self.upload(1), .badGateway, "disk_full")
        self.world.worker.state.withLock { $0.refusal = nil }
        #expect(try await self.upload(1).status == .ok, "and a repetition works")
    }
}
