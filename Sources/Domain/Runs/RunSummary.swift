/// What lists know of a run: everything but its conversation.
package struct RunSummary: Codable, Sendable, Equatable {
    package var id: Run.ID
    package var appID: App.ID
    package var mode: Run.Mode
    package var status: Run.Status
    package var messageCount: Int
    package var activeStreamID: String?
    package var failure: RunFailure?
    package var awaitsDecision: Bool?
    package var autoStartPrompt: String?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package enum CodingKeys: String, CodingKey {
        case id = "_id"
        case appID = "appId"
        case mode, status, messageCount
        case activeStreamID = "activeStreamId"
        case failure, awaitsDecision, autoStartPrompt, createdAt, updatedAt
    }
}
