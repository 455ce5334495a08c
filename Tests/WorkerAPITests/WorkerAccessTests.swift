import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import WorkerAPI

/// Who is let in, and which requests are refused.
@Suite struct WorkerAccessTests {
    @Test(
        arguments: [
            (HTTPFields(), 401), ([.authorization: "Bearer wrong"], 401), ([.authorization: "internal-token"], 401),
            ([.authorization: "Basic internal-token"], 401), ([.authorization: "Bearer internal-token"], 200),
            ([.authorization: "bearer internal-token"], 200),
            ([.authorization: "Bearer internal-token", .origin: "http://127.0.0.1:3001"], 403),
        ] as [(HTTPFields, Int)]
    )
    func onlyTheWebGetsIn(_ headers: HTTPFields, _ status: Int) async throws {
        try await ServedWorker.with { client, _ in
            try await client.execute(uri: "/sessions/\(ServedWorker.app)/status", method: .get, headers: headers) {
                response in
                #expect(response.status.code == status)
                if status == 401 { #expect(String(buffer: response.body) == #"{"error":"unauthorized"}"#) }
            }
        }
    }

    @Test func withoutATokenProductionServesNobodyAndADeskEverybody() async throws {
        try await ServedWorker.with(access: .unconfigured) { client, _ in
            try await client.execute(uri: "/detect-provider", method: .get) { response in
                #expect(response.status == .internalServerError)
                #expect(String(buffer: response.body) == #"{"error":"INTERNAL_API_TOKEN not configured"}"#)
            }
        }
        try await ServedWorker.with(access: .open) { client, _ in
            try await client.execute(uri: "/detect-provider", method: .get) { #expect($0.status == .ok) }
        }
    }

    @Test(arguments: ["x", "..%2F..%2Fetc", "%00", "111111111111111111111111x"])
    func anAppIdThatIsNoneIsRefused(_ id: String) async throws {
        try await ServedWorker.with { client, _ in
            try await client.execute(uri: "/sessions/\(id)/status", method: .get, headers: ServedWorker.authorized) {
                response in
                #expect(response.status == .badRequest)
                #expect(String(buffer: response.body) == #"{"error":"invalid_app_id"}"#)
            }
        }
    }

    @Test(arguments: ["", "a b", "../x", String(repeating: "a", count: 129)])
    func anAssignmentThatIsNoWordIsRefused(_ assignment: String) async throws {
        try await ServedWorker.with { client, _ in
            let name = try #require(HTTPField.Name("x-second-assignment"))
            try await client.execute(
                uri: "/sessions/\(ServedWorker.app)/status",
                method: .get,
                headers: ServedWorker.authorized.adding(name, assignment)
            ) { #expect($0.status == .badRequest) }
        }
    }

    @Test func bodiesAreJSON() async throws {
        try await ServedWorker.with { client, _ in
            let headers: HTTPFields = [.authorization: "Bearer internal-token", .contentType: "text/plain"]
            try await client.execute(uri: "/sessions/\(ServedWorker.app)/cancel", method: .post, headers: headers) {
                #expect($0.status == .unsupportedMediaType)
            }
        }
    }

    @Test(arguments: [
        ("attachments", "[]", 400, "invalid_file"), ("attachments", #"{"files":[]}"#, 400, "missing_files"),
        (
            "attachments", #"{"files":[{"id":"a","name":"b","path":"attachments/a","size":1,"dataBase64":"?"}]}"#, 400,
            "invalid_file_data"
        ),
        (
            "attachments", #"{"files":[{"id":"a","name":"b","path":"../a","size":1,"dataBase64":"eA=="}]}"#, 400,
            "invalid_file_path"
        ),
        ("attachments/check", "{}", 400, "missing_paths"),
        ("attachments/check", #"{"paths":["/etc/passwd"]}"#, 400, "invalid_file_path"),
        ("attachments/check", #"{"paths":["a","a","a","a","a","a","a","a","a","a","a"]}"#, 413, "too_many_files"),
        ("metadata", #"{"runtimeId":"claude-code","runtimeModel":"x"}"#, 400, "invalid_metadata_request"),
        ("metadata", #"{"prompt":"x","runtimeId":"other","runtimeModel":"x"}"#, 400, "invalid_runtime_settings"),
        (
            "metadata", #"{"prompt":"x","runtimeId":"claude-code","runtimeModel":"x"}"#, 502,
            "metadata_generation_failed"
        ),
        ("messages", #"{"prompt":"x"}"#, 400, "invalid_runtime_settings"),
        ("messages", #"{"runtimeId":"claude-code","runtimeModel":"x","prompt":"x"}"#, 400, "invalid_message"),
        ("restore", #"{"files":{"../x":"y"}}"#, 400, "invalid_file_path"),
        ("cancel", #"{"runId":"../../x"}"#, 400, "invalid_cancel_request"),
    ])
    func badBodiesHaveCodes(_ route: String, _ body: String, _ status: Int, _ code: String) async throws {
        try await ServedWorker.with { client, fixture in
            let response = try await client.session(.post, route, ByteBuffer(string: body))
            #expect(response.status.code == status)
            #expect(response.text == #"{"error":"\#(code)"}"#)
            #expect(fixture.content("x") == nil)
        }
    }
}
