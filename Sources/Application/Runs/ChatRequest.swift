package import Domain
package import Foundation

/// The body of POST chat (spec 02 §5).
///
/// The history in it only serves to find the new message (spec 02 B5).
package struct ChatRequest: Sendable, Equatable {
    /// One message of the client's history: who, which, and what a person typed.
    package struct Message: Sendable, Equatable {
        package var id: String
        package var role: UIMessage.Role
        package var text: String
        package var attachments: [AttachmentRef]
        package var decision: ApprovalDecision?
    }

    /// Typed text is refused beyond this many characters.
    package static let maximumTextLength = 100_000
    package static let maximumIDLength = 128

    package var messages: [Message]
    package var retryLastMessageID: String?
    package var runtimeID: String?
    package var runtimeModel: String?
    package var runtimeParams: [String: String]?
    package var attachments: [AttachmentRef]

    /// - Throws: `RunRefusal.invalidBody` for anything but an object with a list of well-formed messages.
    package init(parsing body: Data) throws {
        guard let root = try? JSONValue(parsing: body), case .object = root,  // Malformed JSON is the caller's mistake.
            let list = root["messages"]?.array
        else { throw RunRefusal.invalidBody }
        self.messages = try list.map { item in
            guard let id = item["id"]?.string, !id.isEmpty, id.utf8.count <= Self.maximumIDLength,
                let role = item["role"]?.string.flatMap(UIMessage.Role.init(rawValue:)),
                let parts = item["parts"]?.array
            else { throw RunRefusal.invalidBody }
            // Only the sender's own text matters; assistant and tool parts of a client are never believed.
            let texts =
                role == .user ? parts.filter { $0["type"]?.string == "text" }.compactMap { $0["text"]?.string } : []
            let text = texts.joined(separator: "\n")
            guard text.utf16.count <= Self.maximumTextLength else { throw RunRefusal.invalidBody }
            return Message(
                id: id,
                role: role,
                text: text,
                attachments: Self.attachments(item["metadata"]?["attachments"]),
                decision: Self.decision(item["metadata"]?["decision"])
            )
        }
        self.retryLastMessageID = root["retryLastMessageId"]?.string
        self.runtimeID = root["runtimeId"]?.string
        self.runtimeModel = root["runtimeModel"]?.string
        self.runtimeParams = root["runtimeParams"]?.object?.compactMapValues(\.string)
        self.attachments = Self.attachments(root["attachments"])
    }

    /// References that are usable, within the limits of an upload; others are dropped (spec 02 §5.2, §16).
    private static func attachments(_ value: JSONValue?) -> [AttachmentRef] {
        (value?.array ?? []).compactMap { item in
            guard let id = item["id"]?.string, (1...AttachmentRules.maximumIDLength).contains(id.utf8.count),
                let name = item["name"]?.string, (1...AttachmentRules.maximumNameLength).contains(name.utf8.count),
                let path = item["path"]?.string, AttachmentRules.isUsable(path: path),
                let size = item["size"]?.integer, (0...Int64(AttachmentRules.maximumFileBytes)).contains(size)
            else { return nil }
            return AttachmentRef(
                id: id,
                name: name,
                path: path,
                size: Int(size),
                contentType: item["contentType"]?.string.flatMap(AttachmentRules.usable(contentType:))
            )
        }
    }

    private static func decision(_ value: JSONValue?) -> ApprovalDecision? {
        guard let toolCallID = value?["toolCallId"]?.string, toolCallID.utf8.count <= Self.maximumIDLength,
            let verdict = value?["verdict"]?.string.flatMap(ApprovalDecision.Verdict.init(rawValue:))
        else { return nil }
        return ApprovalDecision(toolCallID: toolCallID, verdict: verdict)
    }
}
