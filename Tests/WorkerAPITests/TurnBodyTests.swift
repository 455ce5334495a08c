import Application
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import RuntimeProtocols
import Testing

@testable import WorkerAPI

/// What the members of a posted turn do, and what is refused.
@Suite struct TurnBodyTests {
    private static let uri = "/sessions/\(ServedWorker.app)/messages"

    private static func post(_ extra: String, to client: any TestClientProtocol) async throws -> (Int, String) {
        try await client.execute(
            uri: self.uri,
            method: .post,
            headers: ServedWorker.authorized,
            body: ServedWorker.message(extra)
        ) { (Int($0.status.code), String(buffer: $0.body)) }
    }

    @Test(
        arguments: [
            ("", "session-1"), (#","sessionState":null"#, nil),
            (#","sessionState":{"runtimeId":"claude-code","sessionId":"other"}"#, "other"),
        ] as [(String, String?)]
    )
    func aMissingSessionStateLeavesTheLiveOneAndNullClearsIt(_ extra: String, _ resume: String?) async throws {
        let runtime = AgentRuntimeStandIn(play: AgentRuntimeStandIn.brief)
        try await ServedWorker.with(runtime, test: .live) { client, fixture in
            _ = try await fixture.service.startTurn(.sample()).all()
            let (status, _) = try await Self.post(extra, to: client)
            #expect(status == 200)
            #expect(runtime.requests.last?.resume == resume)
        }
    }

    @Test(arguments: [
        (#","runtimeMode":"workspace_agent""#, "unsupported_runtime_mode"),
        (#","runtimeMode":"""#, "unsupported_runtime_mode"),
        (#","allowedTools":["Skill"]"#, "unsupported_allowed_tools"),
        (#","allowedTools":[]"#, "unsupported_allowed_tools"),
        (#","selectedSkills":[{"slug":"a"}]"#, "unsupported_selected_skills"),
        (#","maxTurns":0"#, "invalid_turn"), (#","maxTurns":501"#, "invalid_turn"),
        (#","maxTurns":-1"#, "invalid_turn"),
    ])
    func whatIsNotBuiltIsRefusedAndNothingIsTouched(_ extra: String, _ code: String) async throws {
        let runtime = AgentRuntimeStandIn(play: AgentRuntimeStandIn.brief)
        try await ServedWorker.with(runtime) { client, fixture in
            let (status, body) = try await Self.post(extra, to: client)
            #expect(status == 400)
            #expect(body == #"{"error":"\#(code)"}"#)
            #expect(runtime.requests.isEmpty)
            let exists = try await fixture.service.status(of: .one).workspaceExists
            #expect(!exists)
        }
    }

    @Test(arguments: [
        #","runtimeMode":"builder""#, #","runtimeMode":null,"allowedTools":null,"selectedSkills":null"#,
        #","selectedSkills":[]"#, #","maxTurns":1"#, #","maxTurns":500"#, "",
    ])
    func whatIsBuiltRuns(_ extra: String) async throws {
        let runtime = AgentRuntimeStandIn(play: AgentRuntimeStandIn.brief)
        try await ServedWorker.with(runtime, test: .live) { client, _ in
            let (status, _) = try await Self.post(extra, to: client)
            #expect(status == 200)
            #expect(runtime.requests.count == 1)
        }
    }

    @Test func anUploadThatIsTooLargeIsCalledThat() async throws {
        try await ServedWorker.with { client, _ in
            let size = WorkerRoutes.Limit.attachments + 1
            try await client.execute(
                uri: "/sessions/\(ServedWorker.app)/attachments",
                method: .post,
                headers: ServedWorker.authorized,
                body: ByteBuffer(repeating: 0x20, count: size)
            ) {
                #expect($0.status == .contentTooLarge)
                #expect(String(buffer: $0.body) == #"{"error":"upload_too_large"}"#)
            }
        }
    }

    @Test func aSessionWhoseTurnDoesNotStopIsNotDropped() async throws {
        let (gate, opening) = AsyncStream<Void>.makeStream()
        let runtime = AgentRuntimeStandIn { _, _ in
            // Deaf to a stop, as an agent in a system call is.
            await Task { for await _ in gate { break } }.value
        }
        try await WorkerFixture.with(runtime, stopLimit: .milliseconds(50)) { fixture in
            let router = WorkerRouter.make(
                worker: fixture.service,
                access: .token(Secret(ServedWorker.token)),
                version: "1.2.3",
                logger: .quiet
            )
            try await Hummingbird.Application(router: router, logger: .quiet).test(.router) { client in
                let stream = try await fixture.service.startTurn(.sample())
                try await client.execute(
                    uri: "/sessions/\(ServedWorker.app)",
                    method: .delete,
                    headers: ServedWorker.authorized
                ) {
                    #expect($0.status == .conflict)
                    #expect(String(buffer: $0.body) == #"{"error":"session_busy"}"#)
                }
                let exists = try await fixture.service.status(of: .one).exists
                #expect(exists)
                opening.yield()
                _ = stream
            }
        }
    }
}
