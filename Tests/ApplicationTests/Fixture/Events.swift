import Domain
import Foundation
import RuntimeProtocols

/// Short ways to write what a runtime says.
enum Events {
    static func text(_ text: String) -> [RuntimeEvent] {
        [
            .stream(.messageStart), .stream(.blockStart(index: 0, .text)), .stream(.textDelta(index: 0, text)),
            .stream(.blockStop(index: 0)),
        ]
    }

    static func call(_ id: String, _ name: String, _ input: String = "{}") -> [RuntimeEvent] {
        [
            .stream(.blockStart(index: 1, .toolUse(id: id, name: name))), .stream(.inputDelta(index: 1, input)),
            .stream(.blockStop(index: 1)),
        ]
    }

    static func result(_ id: String, _ content: JSONValue = "ok", isError: Bool = false) -> [RuntimeEvent] {
        [.toolResult(toolUseID: id, content: content, isError: isError)]
    }

    static func end(_ subtype: String = "success", cost: Double = 0.25, tokens: Int = 100) -> [RuntimeEvent] {
        let model = RunUsage.ModelUsage(
            inputTokens: tokens,
            outputTokens: 10,
            cacheReadInputTokens: 0,
            cacheCreationInputTokens: 0,
            costUSD: cost
        )
        return [
            .result(
                .init(
                    subtype: subtype,
                    text: nil,
                    usage: RunUsage(totalCostUSD: cost, models: ["claude.test": model]),
                    durationMilliseconds: 5,
                    turnCount: 1,
                    isApprovalStop: false
                )
            )
        ]
    }

    static let presented: JSONValue = [["type": "text", "text": #"{"ok":true,"status":"presented"}"#]]
    static let built: JSONValue = [
        [
            "type": "text",
            "text": #"{"status":"complete","summary":"A list","fileCount":2,"totalBytes":20,"warning":null}"#,
        ]
    ]

    static func plan(_ id: String = "plan-1") -> [RuntimeEvent] {
        self.text("A plan.") + self.call(id, "mcp__second__present_plan", #"{"title":"Leads"}"#)
            + self.result(id, self.presented)
    }

    static func build(_ id: String = "build-1") -> [RuntimeEvent] {
        self.call(id, "mcp__second__done_building", #"{"summary":"A list"}"#) + self.result(id, self.built)
    }

    static func write(_ id: String) -> [RuntimeEvent] {
        self.call(id, "Write", #"{"file_path":"src/App.tsx","content":"x"}"#) + self.result(id)
    }
}
