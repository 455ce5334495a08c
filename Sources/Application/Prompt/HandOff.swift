package import Domain
import Foundation

/// Tells a fresh native session what a conversation was about (spec 02 §10).
package enum HandOff {
    package static let maximumTranscript = 18_000
    private static let maximumText = 1600

    /// The person's words, preceded by the part of the conversation that the native session does not know.
    package static func prompt(
        for messages: [UIMessage],
        covered: Int,
        appName: String,
        settings: RuntimeSettings
    ) -> String {
        guard let latest = messages.last else { return "" }
        let unknown = messages.dropLast().dropFirst(max(0, covered))
        guard !unknown.isEmpty else { return latest.text }
        return """
            This continues a conversation about building the app "\(appName)". You are \(settings.runtimeID.rawValue) with \
            \(settings.model). Your own session may not contain what follows; the files in the working directory are \
            authoritative.

            <conversation-so-far>
            \(self.transcript(Array(unknown)))
            </conversation-so-far>

            The person's latest message:

            \(latest.text)
            """
    }

    /// One block per message, newest kept when it is too long.
    static func transcript(_ messages: [UIMessage]) -> String {
        let blocks = messages.map { message -> String in
            let lines = message.parts.compactMap { self.line(for: $0) }
            return "[\(message.role == .user ? "Person" : "Builder")]\n" + lines.joined(separator: "\n")
        }
        let whole = blocks.joined(separator: "\n\n")
        guard whole.count > self.maximumTranscript else { return whole }
        let tail = whole.suffix(self.maximumTranscript)
        let start = tail.range(of: "\n\n")?.upperBound ?? tail.startIndex
        return "… earlier messages are left out …\n\n" + tail[start...]
    }

    private static func line(for part: UIMessagePart) -> String? {
        switch part {
        case .text(let block): return block.text.isEmpty ? nil : String(block.text.prefix(self.maximumText))
        case .reasoning: return nil
        case .tool(let call):
            let about =
                ["title", "file_path", "path", "command", "query", "url", "summary"]
                .compactMap { call.input?[$0]?.string }.first.map { " " + String($0.prefix(300)) } ?? ""
            let end: String
            switch call.state {
            case .outputError: end = " → failed: " + String((call.errorText ?? "").prefix(300))
            case .outputAvailable: end = ""
            default: end = " → interrupted"
            }
            return "(\(call.toolName)\(about)\(end))"
        }
    }
}
