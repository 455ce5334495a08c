import Application
import Domain
import Foundation
import RuntimeProtocols
import Synchronization
import Testing

@testable import WorkerAPI

/// Limits at their edges.
@Suite struct LimitTests {
    // MARK: Naming

    private static func request(_ prompt: String) -> WorkerMetadataRequest {
        WorkerMetadataRequest(appID: .one, prompt: prompt, fallbackName: "", settings: .standard)
    }

    @Test func aNamingTurnHasNinetySeconds() async throws {
        let folder = FileManager.default.temporaryDirectory
        #expect(WorkerService.Configuration(dataFolder: folder).metadataLimit == .seconds(90))
        let isStopped = Mutex(false)
        let runtime = AgentRuntimeStandIn { turn, receive in
            do {
                try await AgentRuntimeStandIn.endless(turn, receive)
            } catch {
                isStopped.withLock { $0 = true }
                throw error
            }
        }
        try await WorkerFixture.with(runtime, metadataLimit: .milliseconds(50)) { fixture in
            await #expect(throws: WorkerFailure.failed("metadata_generation_failed")) {
                _ = try await fixture.service.describe(Self.request("Build"))
            }
            #expect(isStopped.withLock { $0 })
            #expect(await fixture.service.load().sideJobs == 0)
        }
    }

    @Test(arguments: [(9_999, 9_999), (10_000, 10_000), (10_001, 10_000)])
    func aPromptIsCutAtTenThousandCharacters(_ given: Int, _ kept: Int) {
        let text = MetadataPrompt.user(Self.request(String(repeating: "🧑‍🚀", count: given)))
        #expect(text.count { $0 == "🧑‍🚀" } == kept)
    }

    // MARK: Transcripts

    @Test(arguments: [(ClaudeTranscripts.maximumBytes, true), (ClaudeTranscripts.maximumBytes + 1, false)])
    func aTranscriptBeyondThirtyTwoMegabytesIsNotCarried(_ size: Int, _ isCarried: Bool) async throws {
        #expect(ClaudeTranscripts.maximumBytes == 32 << 20)
        try await WorkerFixture.with { fixture in
            _ = try await fixture.service.startTurn(.sample()).all()
            let folder = fixture.folder.appending(path: "homes/\(App.ID.one)/.claude/projects/-workspace")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let file = folder.appending(path: "session-1.jsonl").path(percentEncoded: false)
            #expect(FileManager.default.createFile(atPath: file, contents: nil))
            #expect(truncate(file, off_t(size)) == 0)
            let session = try await fixture.service.session(of: .one)
            #expect(session?.sessionID == "session-1")
            #expect(session?.transcript?.count == (isCarried ? size : nil))
        }
    }

    @Test func linksInTheHomeAreNotFollowedWhenATranscriptIsRestored() async throws {
        try await WorkerFixture.with { fixture in
            _ = try await fixture.service.startTurn(.sample()).all()
            let elsewhere = fixture.folder.appending(path: "elsewhere")
            try FileManager.default.createDirectory(at: elsewhere, withIntermediateDirectories: true)
            let link = fixture.folder.appending(path: "homes/\(App.ID.one)/.claude")
            try FileManager.default.createSymbolicLink(at: link, withDestinationURL: elsewhere)
            let session = WorkerSession(
                runtimeID: .claudeCode,
                sessionID: "s1",
                format: "claude-jsonl",
                transcript: Data("stored".utf8)
            )
            _ = try await fixture.service.startTurn(.sample(session: session)).all()
            #expect(try await fixture.service.session(of: .one)?.transcript == Data("stored".utf8))
            let path = elsewhere.path(percentEncoded: false)
            #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
        }
    }

    // MARK: The broker

    @Test func sixteenCallsAreAnsweredAtTheSameTime() async throws {
        let arrived = Latch()
        let count = Mutex(0)
        let building = AppBuildingStandIn { _ in
            // Nobody goes on before all are here.
            let isLast = count.withLock { count in
                count += 1
                return count == 16
            }
            if isLast { arrived.open() }
            await arrived.wait()
            return AppBuildAnswer(text: "{}", isComplete: true)
        }
        let fixture = BrokerFixture(building: building)
        let session = try await fixture.open()
        let ids = await withTaskGroup(of: Int64?.self) { group in
            for number in 1...16 {
                group.addTask {
                    let call = BrokerFixture.call("done_building", #"{"summary":"x"}"#, id: number)
                    guard case .json(let json) = await fixture.ask(call, session) else { return nil }
                    return json["result"] == nil ? nil : json["id"]?.integer
                }
            }
            return await group.reduce(into: Set<Int64>()) { if let id = $1 { $0.insert(id) } }
        }
        #expect(ids == Set(1...16))
    }
}
