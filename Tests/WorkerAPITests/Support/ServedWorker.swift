import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore

@testable import WorkerAPI

/// A worker behind its routes, and a client in front of them.
enum ServedWorker {
    static let token = "internal-token"
    static let app = App.ID.one.rawValue
    static let authorized: HTTPFields = [.authorization: "Bearer internal-token", .contentType: "application/json"]

    static func with(
        _ runtime: AgentRuntimeStandIn = .init(play: AgentRuntimeStandIn.brief),
        access: WorkerAccess = .token(Secret(Self.token)),
        test: TestingSetup = .router,
        _ body: @escaping @Sendable (any TestClientProtocol, WorkerFixture) async throws -> Void
    ) async throws {
        try await WorkerFixture.with(runtime) { fixture in
            let router = WorkerRouter.make(worker: fixture.service, access: access, version: "1.2.3", logger: .quiet)
            let application = Hummingbird.Application(
                router: router,
                configuration: .init(address: .hostname("127.0.0.1", port: 0)),
                logger: .quiet
            )
            try await application.test(test) { client in try await body(client, fixture) }
        }
    }

    /// The body of a turn; `extra` goes behind its last member.
    static func message(_ extra: String = "") -> ByteBuffer {
        ByteBuffer(
            string: """
                {"prompt":"Build","systemPrompt":"You build.","runtimeId":"claude-code","runtimeModel":"claude-opus-4-8",
                "runtimeParams":{},"workspaceId":"\(Workspace.ID.one)","runId":"\(Run.ID.one)",
                "requestedByUserId":"\(User.ID.one)","workingDirectory":"/etc"\(extra)}
                """
        )
    }
}

extension TestClientProtocol {
    /// Asks about the session of the app, as the web does.
    func session(
        _ method: HTTPRequest.Method,
        _ route: String = "",
        _ body: ByteBuffer? = nil
    ) async throws -> TestResponse {
        try await self.execute(
            uri: "/sessions/\(ServedWorker.app)\(route.isEmpty ? "" : "/")\(route)",
            method: method,
            headers: ServedWorker.authorized,
            body: body
        )
    }
}

extension TestResponse {
    var text: String { String(buffer: self.body) }

    var json: JSONValue {
        get throws { try JSONValue(parsing: Data(self.body.readableBytesView)) }
    }
}

extension HTTPFields {
    func adding(_ name: HTTPField.Name, _ value: String) -> Self {
        var fields = self
        fields[name] = value
        return fields
    }
}
