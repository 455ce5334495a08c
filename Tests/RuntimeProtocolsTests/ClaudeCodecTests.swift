import Domain
import Foundation
import RuntimeProtocols
import Testing

struct ClaudeCodecTests {
    private func parse(_ text: String) throws -> [ClaudeOutput] {
        try ClaudeOutputParser().parse(.whole(Array(text.utf8)), wantsAssistant: true)
    }

    @Test func theCommandLineHoldsNoPromptAndNoToken() {
        let line = ClaudeCommandLine(
            .test(prompt: "secret wish", resume: "abc"),
            model: "claude-opus-4-8",
            systemPromptFile: "/h/p.md",
            toolServerFile: "/h/t.json"
        )
        #expect(
            line.arguments.joined(separator: " ") == """
                -p --input-format stream-json --output-format stream-json --verbose --include-partial-messages \
                --system-prompt-file /h/p.md --system-prompt-snapshot off --model claude-opus-4-8 --effort xhigh \
                --thinking adaptive --thinking-display summarized --max-turns 50 --tools Read,Write \
                --allowedTools Read,Write,mcp__second__present_plan --permission-mode dontAsk --permission-prompts none \
                --setting-sources= --strict-mcp-config --mcp-config /h/t.json --restricted --resume=abc
                """
        )
    }

    @Test func theUserLineIsDeliveredAsItIs() throws {
        let line = try JSONValue(parsing: ClaudeInput.user("/cost \u{2028} @/etc/passwd").line())
        #expect(line["client_composed"] == true)
        #expect(line["message"]?["content"] == "/cost \u{2028} @/etc/passwd")
    }

    @Test func linesAreLines() throws {
        for input in [
            ClaudeInput.initialize(requestID: "i", approvalTools: ["a", "b"]), .user("a\nb"),
            .interrupt(requestID: "x"),
            .hookAnswer(requestID: "h", stops: true), .unsupported(requestID: "u"),
        ] {
            let bytes = try input.line()
            #expect(bytes.filter { $0 == UInt8(ascii: "\n") }.count == 1)
            #expect(bytes.last == UInt8(ascii: "\n"))
        }
        let hook = try JSONValue(parsing: ClaudeInput.initialize(requestID: "i", approvalTools: ["a", "b"]).line())
        #expect(hook["request"]?["hooks"]?["PostToolUse"]?.array?.first?["matcher"] == "a|b")
    }

    @Test func readsWhatTheCLISays() throws {
        #expect(
            try self.parse(
                #"{"type":"system","subtype":"init","session_id":"s","mcp_servers":[{"name":"second","status":"failed"}]}"#
            ) == [.started(sessionID: "s", servers: ["second": "failed"])]
        )
        #expect(
            try self.parse(
                #"{"type":"system","subtype":"api_retry","attempt":2,"max_retries":3,"error_status":529,"error":"x"}"#
            ) == [.retrying(attempt: 2, limit: 3, reason: "the provider answered 529")]
        )
        #expect(
            try self.parse(
                #"{"type":"stream_event","event":{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a"}}}"#
            ) == [.stream(.inputDelta(index: 1, "{\"a"))]
        )
        #expect(
            try self.parse(
                #"{"type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"ok"}]}}"#
            ) == [.toolResult(toolUseID: "t", content: "ok", isError: false)]
        )
        #expect(
            try self.parse(
                #"{"type":"control_request","request_id":"r","request":{"subtype":"hook_callback","callback_id":"approval","input":{"tool_name":"n","tool_response":[{"type":"text","text":"{}"}]}}}"#
            ) == [.approvalHook(requestID: "r", tool: "n", result: [["type": "text", "text": "{}"]])]
        )
        #expect(try self.parse(#"{"type":"something_new","a":1}"#) == [.ignored])
        #expect(try self.parse("plain words") == [.ignored])
        #expect(throws: ClaudeOutputParser.Unreadable.self) { try self.parse(#"{"type":5}"#) }
    }

    @Test func usageIsThisTurnsAndNotTheSessions() throws {
        let outputs = try self.parse(
            #"{"type":"result","subtype":"success","is_error":false,"total_cost_usd":9,"modelUsage":{"m":{"inputTokens":900}},"model_usage_since_last_result":{"claude-opus-4.8":{"inputTokens":5,"outputTokens":6,"costUSD":0.25}},"duration_ms":12.5,"num_turns":3}"#
        )
        guard case .result(let result) = outputs.first else {
            Issue.record("no result")
            return
        }
        #expect(result.usage.totalCostUSD == 0.25)
        #expect(result.usage.byModel["claude-opus-4%2E8"]?.inputTokens == 5)
    }

    @Test func aLineBeyondTheLimitIsHeldOnlyToTheLimit() {
        var splitter = LineSplitter(limit: 4)
        var lines: [LineSplitter.Line] = []
        for piece in ["ab", "cd\nabcde", "fg\n\n", "x"] {
            Array(piece.utf8).withUnsafeBytes { splitter.append($0) { lines.append($0) } }
        }
        #expect(lines == [.whole(Array("abcd".utf8)), .head(Array("abcd".utf8))])
        #expect(splitter.finish() == .whole([UInt8(ascii: "x")]))
    }

    @Test func anOverlongToolResultIsStillRead() throws {
        let head =
            #"{"type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"t","content":"a}\"b"}]},"tool_use_result":{"content":"xxxx"#
        let parser = ClaudeOutputParser()
        #expect(
            try parser.parse(.head(Array(head.utf8)), wantsAssistant: false) == [
                .toolResult(toolUseID: "t", content: "a}\"b", isError: false)
            ]
        )
        #expect(try parser.parse(.head(Array(#"{"type":"assistant","me"#.utf8)), wantsAssistant: true) == [.ignored])
        #expect(throws: ClaudeOutputParser.Unreadable.self) {
            try parser.parse(.head(Array(#"{"type":"result""#.utf8)), wantsAssistant: true)
        }
    }

    @Test func failureTextIsOneShortLine() {
        #expect(FailureText.readable("a\n\u{1B}[31mb\tc") == "a b c")
        #expect(FailureText.readable(String(repeating: "x", count: 500)).count == FailureText.limit)
        #expect(FailureText.readable(#"{"error":{"error":{"message":"deep"}}}"#) == "deep")
        #expect(FailureText.readable("{not json}") == "{not json}")
    }

    @Test func transcriptsLieWhereTheCLIPutsThem() {
        #expect(ClaudeTranscript.folder(forWorkingDirectory: "/srv/a.b/c_d") == "-srv-a-b-c-d")
        let long = ClaudeTranscript.folder(forWorkingDirectory: "/" + String(repeating: "a", count: 300))
        #expect(long.hasPrefix("-aaa"))
        #expect(long.utf8.count > 201)
        #expect(ClaudeTranscript.path(session: "../x", workingDirectory: "/a") == nil)
        #expect(ClaudeTranscript.path(session: "1a-2", workingDirectory: "/a") == "projects/-a/1a-2.jsonl")
    }
}
