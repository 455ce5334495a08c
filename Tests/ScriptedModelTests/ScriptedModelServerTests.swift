import AsyncHTTPClient
import Domain
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import ScriptedModel
import Testing

struct ScriptedModelServerTests {
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func streamsTheBlocksOfTheTurnThatFits() async throws {
        let script = Script(turns: [
            .init("no", when: .init(says: ["something else"]), answer: .init([.text("No.")])),
            .init(
                "yes",
                when: .init(first: true, says: ["HELLO"], model: "opus"),
                answer: .init([.thinking("Hm."), .text("Grüße"), .tool("Write", ["path": "a.txt"])], piece: 2)
            ),
        ])
        try await ScriptedModelServer.with(script, logger: self.logger) { server, url in
            let answer = try await Self.post(url, Self.body(text: "well, hello"))
            #expect(answer.status == 200)
            let events = Self.events(answer.text)
            #expect(events.first?["type"] == "message_start")
            #expect(events.last?["type"] == "message_stop")
            #expect(Self.joined(events, "text") == "Grüße")
            #expect(Self.joined(events, "thinking") == "Hm.")
            #expect(Self.joined(events, "partial_json") == #"{"path":"a.txt"}"#)
            #expect(events.contains { $0["delta"]?["stop_reason"] == "tool_use" })
            let requests = await server.requests
            #expect(requests.map(\.outcome) == [.turn("yes")])
            #expect(requests.first?.headers["x-api-key"] == "key")
        }
    }

    @Test func refusesAndRecordsWhatNoTurnExpects() async throws {
        let script = Script(order: .listed, turns: [.init("one", answer: .init([.text("1")]))])
        try await ScriptedModelServer.with(script, logger: self.logger) { server, url in
            #expect(try await Self.post(url, Self.body(text: "a")).status == 200)
            let second = try await Self.post(url, Self.body(text: "a"))
            #expect(second.status == 400)
            #expect(second.text.contains("Scripted model: No turn"))
            #expect(try await Self.post(url, "{]").status == 400)
            #expect(try await Self.post(url, "{}", path: "/v1/other").status == 400)
            #expect(await server.requests.count == 4)
        }
    }

    @Test func aToolResultAndThePersonsWordsFitEachOnItsOwn() async throws {
        let script = Script(turns: [
            .init("go", when: .init(after: "plan", says: ["approved"]), answer: .init([.text("Building.")])),
            .init("plan", when: .init(first: true), answer: .init([.tool("present_plan")])),
        ])
        try await ScriptedModelServer.with(script, logger: self.logger) { _, url in
            let plan = Self.events(try await Self.post(url, Self.body(text: "an app")).text)
            let ids = plan.compactMap { $0["content_block"]?["id"]?.string }
            let id = try #require(ids.first)
            let body: JSONValue = [
                "model": "claude-opus-4-8", "stream": true,
                "messages": [
                    ["role": "user", "content": "an app"],
                    [
                        "role": "assistant",
                        "content": [["type": "tool_use", "id": .string(id), "name": "present_plan", "input": [:]]],
                    ],
                    [
                        "role": "user",
                        "content": [
                            ["type": "tool_result", "tool_use_id": .string(id), "content": "shown"],
                            ["type": "text", "text": "Approved, go on."],
                        ],
                    ],
                ],
            ]
            let answer = try await Self.post(url, String(decoding: body.encoded(), as: UTF8.self))
            #expect(Self.joined(Self.events(answer.text), "text") == "Building.")
        }
    }

    @Test func cutsFailsAndStallsWhenTold() async throws {
        let script = Script(
            order: .listed,
            turns: [
                .init("cut", answer: .init([.text("abc")], cutAfter: 3)),
                .init("fail", answer: .init(failure: .init(status: 529, type: "overloaded_error", message: "Busy"))),
                .init("stall", answer: .init([.text("abc")], stallAfter: 2)),
            ]
        )
        try await ScriptedModelServer.with(script, logger: self.logger) { _, url in
            await #expect(throws: (any Error).self) { try await Self.post(url, Self.body(text: "a")) }
            let failed = try await Self.post(url, Self.body(text: "a"))
            #expect(failed.status == 529)
            #expect(failed.text.contains("overloaded_error"))
            let isSilent = try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    try await Self.post(url, Self.body(text: "a"))
                    return false
                }
                group.addTask {
                    try await ContinuousClock().sleep(for: .milliseconds(500))
                    return true
                }
                let first = try await group.next()
                group.cancelAll()
                return first
            }
            #expect(isSilent == true)
        }
    }

    @Test func sideCallsAndCountsNeedNoTurn() async throws {
        try await ScriptedModelServer.with(Script(turns: []), logger: self.logger) { server, url in
            let quota = #"{"model":"claude-haiku-4-5","max_tokens":1,"messages":[{"role":"user","content":"quota"}]}"#
            #expect(try await Self.post(url, quota).status == 200)
            let count = try await Self.post(url, Self.body(text: "a"), path: "/v1/messages/count_tokens")
            #expect(count.text == #"{"input_tokens":100}"#)
            #expect(await server.requests.map(\.outcome) == [.sideCall, .sideCall])
        }
    }

    @Test func aFiveMegabyteInputArrivesWhole() async throws {
        let padding = Script.Answer.Block.Padding(key: "content", bytes: 5 << 20)
        let answer = Script.Answer([.tool("Write", ["file_path": "big.txt"], padding: padding)], piece: 16384)
        try await ScriptedModelServer.with(Script(turns: [.init("big", answer: answer)]), logger: self.logger) {
            _,
            url in
            let events = Self.events(try await Self.post(url, Self.body(text: "a")).text)
            let input = try JSONValue(parsing: Data(Self.joined(events, "partial_json").utf8))
            #expect(input["content"]?.string?.utf8.count == 5 << 20)
        }
    }

    private static func body(text: String) -> String {
        #"{"model":"claude-opus-4-8","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"\#(text)"}],"#
            + #""tools":[{"name":"Write"}]}"#
    }

    @discardableResult
    private static func post(
        _ url: URL,
        _ body: String,
        path: String = "/v1/messages?beta=true"
    ) async throws -> (status: UInt, text: String) {
        var request = HTTPClientRequest(url: url.absoluteString + path)
        request.method = .POST
        request.headers.add(name: "X-API-Key", value: "key")
        request.body = .bytes(ByteBuffer(string: body))
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let bytes = try await response.body.collect(upTo: 64 << 20)
        return (response.status.code, String(buffer: bytes))
    }

    private static func events(_ text: String) -> [JSONValue] {
        text.split(separator: "\n").compactMap { line in
            line.hasPrefix("data: ") ? try? JSONValue(parsing: Data(line.dropFirst(6).utf8)) : nil  // A test looks on.
        }
    }

    private static func joined(_ events: [JSONValue], _ key: String) -> String {
        events.compactMap { $0["delta"]?[key]?.string }.joined()
    }
}
