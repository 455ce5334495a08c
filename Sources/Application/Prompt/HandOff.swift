package import Domain

/// Tells a fresh native session what a conversation was about (spec 02 §10, B11).
package enum HandOff {
    package static let maximumTranscript = 18_000

    /// The person's words, preceded by the part of the conversation that the native session does not know.
    ///
    /// A decision is named only when the message carries one, and as what it was.
    package static func prompt(
        for messages: [UIMessage],
        covered: Int,
        appName: String,
        settings: RuntimeSettings
    ) -> String {
        guard let latest = messages.last else { return "" }
        let unknown = messages.dropLast().dropFirst(max(0, covered))
        guard !unknown.isEmpty else { return self.words(of: latest) }
        return """
            This continues a conversation about building the app "\(appName)". You are \(settings.runtimeID.rawValue) with \
            \(settings.model). Your own session may not contain what follows; the files in the working directory are \
            authoritative.

            <conversation-so-far>
            \(self.transcript(Array(unknown)))
            </conversation-so-far>
            \(self.decision(latest.metadata?.decision))
            The person's latest message:

            \(self.words(of: latest))
            """
    }

    /// What the person said; files that came without a word are named, for a prompt must not be empty.
    private static func words(of message: UIMessage) -> String {
        let files = message.metadata?.attachments ?? []
        guard !files.isEmpty, message.text.trimmingWhitespace().isEmpty else { return message.text }
        return "The person sent these files without a message:\n"
            + files.map { "- " + $0.path.collapsingWhitespace() }.joined(separator: "\n")
    }

    private static func decision(_ decision: ApprovalDecision?) -> String {
        switch decision?.verdict {
        case .approved: "\nThe person approved the card that was shown last.\n"
        case .changesRequested: "\nThe person asked for changes to the card that was shown last; it is not approved.\n"
        case .picked: "\nThe person picked one of the suggestions that were shown last.\n"
        case nil: ""
        }
    }

    /// One block per message; when it is too long, the newest part, cut at an empty line.
    package static func transcript(_ messages: [UIMessage]) -> String {
        let blocks = messages.map { message -> String in
            var lines = message.parts.compactMap { TranscriptLine.text(for: $0) }
            if message.role == .user, message.text.trimmingWhitespace().isEmpty { lines = [self.words(of: message)] }
            return "[\(message.role == .user ? "Person" : "Builder")]\n" + lines.joined(separator: "\n")
        }
        let whole = blocks.joined(separator: "\n\n")
        guard whole.unicodeScalars.count > self.maximumTranscript else { return whole }
        let tail = String(whole.unicodeScalars.suffix(self.maximumTranscript))
        guard let start = tail.firstRange(of: "\n\n")?.upperBound else {
            return "… earlier text is left out …\n\n" + tail
        }
        return "… earlier messages are left out …\n\n" + tail[start...]
    }
}
