/// Where a coding agent's own session can be picked up again (spec 02 §2, 03 §3).
///
/// Transcripts are kept as blobs, never in the run document (spec 02 B7).
package struct ProviderSessionState: Codable, Sendable, Equatable {
    package var runtimeID: RuntimeID
    package var sessionID: String
    /// `claude-jsonl` for Claude Code, `<runtimeId>-session` otherwise.
    package var format: String?
    /// The blob that holds the transcript, when there is one.
    package var dataHash: ContentHash?
    /// How many persisted messages the native session covers.
    package var uiMessageCount: Int?

    package init(
        runtimeID: RuntimeID,
        sessionID: String,
        format: String? = nil,
        dataHash: ContentHash? = nil,
        uiMessageCount: Int? = nil
    ) {
        self.runtimeID = runtimeID
        self.sessionID = sessionID
        self.format = format
        self.dataHash = dataHash
        self.uiMessageCount = uiMessageCount
    }

    package enum CodingKeys: String, CodingKey {
        case runtimeID = "runtimeId"
        case sessionID = "sessionId"
        case format, dataHash, uiMessageCount
    }
}
