import Domain

/// A message of the conversation as the first paint shows it: its text only, which the module then draws richly.
struct TranscriptMessage: Sendable {
    /// As many turns as the module shows before "show earlier".
    static let limit = 50

    let id: String
    let role: String
    /// Who wrote it, for assistive technology.
    let label: String
    let parts: [String]

    static func all(of run: Run?) -> [Self] {
        (run?.messages ?? []).suffix(self.limit).map { message in
            Self(
                id: message.id,
                role: message.role.rawValue,
                label: message.role == .user ? message.metadata?.authorName ?? "You" : "Builder",
                parts: message.parts.compactMap { part in
                    guard case .text(let block) = part, !block.text.isEmpty else { return nil }
                    return block.text
                }
            )
        }
    }
}
