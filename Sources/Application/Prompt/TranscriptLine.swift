import Domain
import Foundation
import Wire

/// One part of a message as a line or two of a hand-off's transcript (spec 02 §10).
enum TranscriptLine {
    private static let maximumText = 1600
    private static let maximumDetail = 300
    private static let maximumOutput = 700
    private static let fileTools: Set<String> = ["Read", "Write", "Edit", "MultiEdit", "NotebookEdit", "Glob", "Grep"]
    private static let outputKeys = [
        "summary", "result", "output", "content", "text", "error", "message", "url", "title",
    ]

    /// `nil` for what a transcript does not need: reasoning and empty text.
    static func text(for part: UIMessagePart) -> String? {
        switch part {
        case .text(let block): block.text.isEmpty ? nil : self.cut(block.text, self.maximumText)
        case .reasoning: nil
        case .tool(let call): "(\(call.toolName)\(self.subject(of: call))\(self.end(of: call)))"
        }
    }

    private static func subject(of call: UIMessagePart.ToolCall) -> String {
        if call.toolName == ApprovalTool.plan.rawValue { return self.plan(call.input) }
        let keys = ["file_path", "path", "command", "query", "url", "pattern", "summary", "title"]
        return keys.compactMap { call.input?[$0]?.string }.first.map { " " + self.line($0, self.maximumDetail) } ?? ""
    }

    private static func plan(_ input: JSONValue?) -> String {
        let words = [input?["title"]?.string, input?["overview"]?.string].compactMap(\.self)
        let features = (input?["features"]?.array ?? []).compactMap { $0["name"]?.string }
        let whole =
            words.joined(separator: ": ") + (features.isEmpty ? "" : "; features: " + features.joined(separator: ", "))
        return whole.isEmpty ? "" : " " + self.line(whole, self.maximumText)
    }

    private static func end(of call: UIMessagePart.ToolCall) -> String {
        switch call.state {
        case .outputError: return " → failed: " + self.line(call.errorText ?? "", self.maximumDetail)
        case .outputAvailable:
            guard !self.fileTools.contains(call.toolName), ApprovalTool(rawValue: call.toolName) == nil,
                let output = call.output
            else { return "" }
            let text = self.line(self.words(of: output), self.maximumOutput)
            return text.isEmpty ? "" : " → " + text
        case .inputStreaming, .inputAvailable: return " → interrupted"
        }
    }

    private static func words(of output: JSONValue) -> String {
        let text = ToolText.flatten(output)
        // Text that is no JSON is what it is.
        guard text.hasPrefix("{"), let object = try? JSONValue(parsing: Data(text.utf8)) else { return text }
        return self.outputKeys.compactMap { object[$0]?.string }.first ?? text
    }

    private static func line(_ text: String, _ limit: Int) -> String {
        self.cut(self.cut(text, limit * 4).collapsingWhitespace(), limit)
    }

    /// Scalars, not characters: one character can be of any length.
    private static func cut(_ text: String, _ limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
    }
}
