package import Foundation

/// What a script may look at in a request of the Messages API.
package struct ModelRequest: Sendable {
    package struct ToolResult: Sendable {
        package var toolUseID: String
        /// The name in the model's call, when the conversation holds it.
        package var tool: String?
        package var text: String
        package var isError: Bool

        /// The turn that called the tool, when a script did.
        package var turnID: String? { ToolUseID.turn(of: self.toolUseID) }
    }

    package var model: String
    package var system: String
    package var tools: [String]
    package var isStream: Bool
    package var maxTokens: Int
    /// The model has not answered yet.
    package var isFirst: Bool
    /// The texts after the model's last answer.
    package var texts: [String]
    /// The tool results after the model's last answer.
    package var results: [ToolResult]

    /// `nil` when the bytes are no request.
    package init?(_ bytes: Data) {
        guard let body = Self.parsed(bytes), let messages = body["messages"] as? [[String: Any]] else { return nil }
        self.model = body["model"] as? String ?? ""
        self.system = Self.texts(of: body["system"]).joined(separator: "\n")
        self.tools = (body["tools"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
        self.isStream = body["stream"] as? Bool ?? false
        self.maxTokens = body["max_tokens"] as? Int ?? 0

        let lastAnswer = messages.lastIndex { $0["role"] as? String == "assistant" }
        self.isFirst = lastAnswer == nil
        var names: [String: String] = [:]
        for message in messages where message["role"] as? String == "assistant" {
            for block in message["content"] as? [[String: Any]] ?? [] {
                if let id = block["id"] as? String, let name = block["name"] as? String { names[id] = name }
            }
        }
        self.texts = []
        self.results = []
        for message in messages[(lastAnswer.map { $0 + 1 } ?? 0)...] {
            self.texts += Self.texts(of: message["content"])
            for block in message["content"] as? [[String: Any]] ?? [] {
                guard block["type"] as? String == "tool_result", let id = block["tool_use_id"] as? String else {
                    continue
                }
                self.results.append(
                    ToolResult(
                        toolUseID: id,
                        tool: names[id],
                        text: Self.texts(of: block["content"]).joined(separator: "\n"),
                        isError: block["is_error"] as? Bool ?? false
                    )
                )
            }
        }
    }

    /// A call beside the conversation, such as a probe of the quota or a title: no tools, and a small model.
    ///
    /// With non-essential traffic off, Claude Code 2.1.329 makes none.
    package var isSideCall: Bool {
        self.tools.isEmpty && (self.maxTokens <= 1 || self.model.contains("haiku"))
    }

    private static func parsed(_ bytes: Data) -> [String: Any]? {
        // Not JSON and not an object are the same answer: no request.
        (try? JSONSerialization.jsonObject(with: bytes)) as? [String: Any]
    }

    private static func texts(of content: Any?) -> [String] {
        if let text = content as? String { return [text] }
        return (content as? [[String: Any]] ?? []).compactMap { block in
            block["type"] as? String == "text" ? block["text"] as? String : nil
        }
    }
}

/// The ids of scripted tool calls: `toolu_<turn>_<number>`, unique in the life of a server.
enum ToolUseID {
    static func make(turn: String, number: String) -> String { "toolu_\(turn)_\(number)" }

    static func turn(of id: String) -> String? {
        let parts = id.split(separator: "_")
        guard parts.count == 3, parts[0] == "toolu" else { return nil }
        return String(parts[1])
    }
}
