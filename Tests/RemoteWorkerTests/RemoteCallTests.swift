import Application
import Domain
import Foundation
import Hummingbird
import Testing

@testable import RemoteWorker
@testable import WorkerAPI

@Suite struct RemoteCallTests {
    static let problems: [WorkerProblem] = [
        .refusal(.busy), .refusal(.atCapacity), .refusal(.draining), .refusal(.restoreNeeded),
        .refusal(.runtimeUnavailable("The runtime x is not installed here.")), .refusal(.invalidRequest(code: "odd")),
        .refusal(.attachmentRefused(code: "too_many_files")), .refusal(.attachmentRefused(code: "invalid_file")),
        .refusal(.snapshotRefused("a.txt is too large\nb.txt too")), .refusal(.unreachable),
        .failure(.cancelled), .failure(.sessionLost), .failure(.failed("The disk is full.")),
        .failure(.failed("metadata_generation_failed")), .failure(.failed("cancelled")),
    ]

    @Test(arguments: Self.problems)
    func everyRefusalAndFailureComesBackAsItWasThrown(_ problem: WorkerProblem) async throws {
        #expect(WorkerProblem(kind: problem.kind, text: problem.text, message: problem.message) == problem)
        let router = Router(context: WorkerRequestContext.self)
        router.add(middleware: WorkerErrorMiddleware(logger: .quiet))
        router.get("/sessions/:appId/status") { _, _ -> Response in throw problem.error }
        router.post("/sessions/:appId/messages") { _, _ -> Response in throw problem.error }
        let (url, server) = try await LiveWorker.listen(router)
        defer { server.cancel() }
        try await RemoteWorker.using(url) { remote in
            for call in [
                { _ = try await remote.status(of: .one) }, { _ = try await remote.startTurn(.sample()) },
            ] as [() async throws -> Void] {
                do {
                    try await call()
                    Issue.record("nothing was thrown")
                } catch let refusal as WorkerRefusal {
                    #expect(.refusal(refusal) == problem)
                } catch let failure as WorkerFailure {
                    #expect(.failure(failure) == problem)
                }
            }
        }
    }

    @Test func filesGoBothWays() async throws {
        try await LiveWorker.with { remote, worker in
            let nothing = try await remote.files(of: .one)
            #expect(nothing.isEmpty)
            let files: [SourceFile] = [.text("a.txt", ""), .text("b/c.txt", "ü\n"), .bytes("d.bin", Data([0, 200]))]
            try await remote.restore(files, of: .one)
            let found = try await remote.files(of: .one)
            #expect(found == files)
            let status = try await remote.status(of: .one)
            #expect(status.workspaceHasFiles)
            #expect(!status.restoreNeeded)
            #expect(worker.content("b/c.txt") == "ü\n")
            try await remote.remove(.one)
            let gone = try await remote.status(of: .one)
            #expect(!gone.workspaceExists)
        }
    }

    @Test func aFileThatIsTooLargeIsNamed() async throws {
        try await LiveWorker.with { remote, worker in
            try await remote.restore([.text("a.txt", "a")], of: .one)
            let folder = worker.service.directory.url(of: .app(.one))
            try Data(repeating: 0x78, count: 1_048_577).write(to: folder.appending(path: "big.txt"))
            let refusal = await #expect(throws: WorkerRefusal.self) { _ = try await remote.files(of: .one) }
            guard case .snapshotRefused(let message) = refusal else {
                Issue.record("another refusal: \(String(describing: refusal))")
                return
            }
            #expect(message.contains("big.txt has 1048577 bytes"))
        }
    }

    @Test func attachmentsArriveAndTheMissingAreKnown() async throws {
        try await LiveWorker.with { remote, worker in
            let reference = AttachmentRef(
                id: "a1",
                name: "data.csv",
                path: "attachments/a1-data.csv",
                size: 3,
                contentType: "text/csv"
            )
            try await remote.storeAttachments([.init(reference: reference, bytes: Data("a,b".utf8))], of: .one)
            #expect(worker.content("attachments/a1-data.csv") == "a,b")
            let missing = try await remote.missingAttachments([reference.path, "attachments/other"], of: .one)
            #expect(missing == ["attachments/other"])
            await #expect(throws: WorkerRefusal.attachmentRefused(code: "too_many_files")) {
                _ = try await remote.missingAttachments(Array(repeating: "attachments/x", count: 11), of: .one)
            }
            await #expect(throws: WorkerRefusal.attachmentRefused(code: "invalid_file_size")) {
                try await remote.storeAttachments([.init(reference: reference, bytes: Data("a".utf8))], of: .one)
            }
        }
    }

    @Test func whatTheWorkerCanRunIsToldWhole() async throws {
        try await LiveWorker.with { remote, worker in
            let there = await worker.service.detectRuntimes()
            let here = await remote.detectRuntimes()
            #expect(here == there)
            #expect(here.isDemo)
            try await remote.ping()
        }
    }

    @Test func aWrongTokenOpensNothing() async throws {
        let worker = try await LiveWorker.start()
        try await RemoteWorker.using(worker.url, token: LiveWorker.token + "x") { remote in
            await #expect(throws: WorkerRefusal.unreachable) { _ = try await remote.startTurn(.sample()) }
            await #expect(throws: WorkerRefusal.unreachable) { try await remote.remove(.one) }
        }
        await worker.discard()
    }
}
