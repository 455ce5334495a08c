import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

/// A person at the server's HTTP surface, with the cookies of a browser.
final class Visitor: Sendable {
    struct Answer: Sendable {
        let status: UInt
        let body: Data

        var text: String { String(decoding: self.body, as: UTF8.self) }

        var json: JSONValue {
            get throws { try JSONValue(parsing: self.body) }
        }
    }

    let base: String
    private let jar: Mutex<[String: String]>
    /// Sent with every request.
    private let headers: [String: String]

    init(_ base: String, cookies: [String: String] = [:], headers: [String: String] = [:]) {
        self.base = base
        self.headers = headers
        self.jar = Mutex(cookies)
    }

    var cookies: [String: String] { self.jar.withLock { $0 } }

    @discardableResult
    func call(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: self.base + path)
        request.method = method
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "origin", value: self.base)
        for (name, value) in self.headers { request.headers.add(name: name, value: value) }
        let cookies = self.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        if !cookies.isEmpty { request.headers.add(name: "cookie", value: cookies) }
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(try body.encoded())
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(90))
        for line in response.headers["set-cookie"] {
            let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { self.jar.withLock { $0[String(pair[0])] = String(pair[1]) } }
        }
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return Answer(status: response.status.code, body: Data(bytes.readableBytesView))
    }

    /// The body of an event stream, which may go on for ever.
    func watch(_ path: String) async throws -> HTTPClientResponse.Body {
        var request = HTTPClientRequest(url: self.base + path)
        let cookies = self.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        request.headers.add(name: "cookie", value: cookies)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(300))
        guard response.status == .ok else {
            throw JourneyFailure(description: "\(path) answered \(response.status.code).")
        }
        return response.body
    }

    /// Goes through onboarding and answers the workspace's path.
    func settleIn() async throws -> String {
        try await self.call(.POST, "/api/onboarding/identity", ["displayName": "Ada", "email": "ada@example.test"])
        try await self.call(.POST, "/api/onboarding/workspace", ["workspaceName": "Acme"])
        let last = try await self.call(.POST, "/api/onboarding/complete")
        guard last.status == 200 else { throw JourneyFailure(description: "Onboarding failed: \(last.text)") }
        return "/api/workspaces/acme"
    }

    /// Makes an app with its first conversation.
    func makeApp(_ prompt: String) async throws -> Conversation {
        let workspace = try await self.settleIn()
        let made = try await self.call(
            .POST,
            workspace + "/apps",
            [
                "appName": "New app", "prompt": .string(prompt), "runtimeId": "claude-code",
                "runtimeModel": "claude-opus-4-8", "runtimeParams": [:], "createInitialRun": true,
            ]
        )
        guard let app = try made.json["id"]?.string, let run = try made.json["initialRun"]?["id"]?.string else {
            throw JourneyFailure(description: "No app was made: \(made.status) \(made.text)")
        }
        return Conversation(workspace: workspace, app: workspace + "/apps/\(app)", run: run, appID: app)
    }
}

/// Where a conversation is, so that it can be asked again after a restart.
struct Conversation: Sendable {
    let workspace: String
    let app: String
    let run: String
    let appID: String

    var path: String { self.app + "/runs/\(self.run)/chat" }

    /// Sends a message after those that the server has; the answer comes when the turn has ended.
    @discardableResult
    func send(_ text: String, id: String, by person: Visitor) async throws -> Visitor.Answer {
        let known = try await self.snapshot(by: person)["messages"]?.array ?? []
        return try await self.post(Self.bare(known) + [Self.message(text, id: id)], retrying: nil, by: person)
    }

    /// Repeats the turn of the last thing that the person said.
    @discardableResult
    func retry(by person: Visitor) async throws -> Visitor.Answer {
        let known = try await self.snapshot(by: person)["messages"]?.array ?? []
        guard let index = known.lastIndex(where: { $0["role"]?.string == "user" }) else {
            throw JourneyFailure(description: "There is nothing to repeat.")
        }
        return try await self.post(Array(known[...index]), retrying: known[index]["id"]?.string, by: person)
    }

    /// The failed turn can be repeated, and stands there once.
    func expectRepeat(by person: Visitor) async throws {
        let answer = try await self.retry(by: person)
        #expect(answer.status == 200, "\(answer.text.prefix(500))")
        let done = try await self.wait("the end", by: person) { $0["status"]?.string == "completed" }
        #expect(done.spoken.contains(SlowAnswer.quick))
        #expect(done["messages"]?.array?.count == 2)
    }

    func snapshot(by person: Visitor) async throws -> JSONValue {
        try await person.call(.GET, self.path).json
    }

    /// Waits until the snapshot has a property.
    func wait(
        _ what: String,
        by person: Visitor,
        within limit: Duration = .seconds(30),
        until isTrue: (JSONValue) -> Bool
    ) async throws -> JSONValue {
        let deadline = ContinuousClock.now.advanced(by: limit)
        while true {
            let value = try await self.snapshot(by: person)
            if isTrue(value) { return value }
            guard ContinuousClock.now < deadline else {
                let text = String(decoding: try value.encoded(), as: UTF8.self)
                throw JourneyFailure(description: "Waited \(limit) for \(what): \(text.prefix(3000))")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func post(_ messages: [JSONValue], retrying: String?, by person: Visitor) async throws -> Visitor.Answer {
        var body: [String: JSONValue] = ["id": .string(self.run), "messages": .array(messages)]
        body["trigger"] = retrying == nil ? "submit-message" : "regenerate-message"
        body["retryLastMessageId"] = retrying.map(JSONValue.string)
        return try await person.call(.POST, self.path, .object(body))
    }

    private static func message(_ text: String, id: String) -> JSONValue {
        ["id": .string(id), "role": "user", "parts": [["type": "text", "text": .string(text)]]]
    }

    private static func bare(_ messages: [JSONValue]) -> [JSONValue] {
        messages.map { ["id": $0["id"] ?? .null, "role": $0["role"] ?? .null, "parts": []] }
    }
}

extension JSONValue {
    /// All text that the assistant said in a snapshot.
    var spoken: String {
        (self["messages"]?.array ?? []).filter { $0["role"]?.string == "assistant" }
            .flatMap { $0["parts"]?.array ?? [] }
            .compactMap { $0["text"]?.string }
            .joined()
    }
}
