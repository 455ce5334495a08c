import Application
import Domain
import Foundation

extension WorkerBodies {
    /// A turn (spec 03 §2.1).
    struct Message: Decodable {
        var prompt: String
        var systemPrompt: String
        var maxTurns: Int?
        var sessionState: SessionState?
        var sourceFiles: [String: String]?
        /// Base64, for files that are no text (spec 02 B13).
        var binaryFiles: [String: String]?
        var restoresFiles: Bool?
        var workspaceId: Workspace.ID
        var runId: Run.ID
        var turnId: String?
        var appName: String?
        var requestedByUserId: User.ID
        var requestedByUserName: String?
        private var runtimeMode: String?
        private var allowedTools: Presence?
        private var selectedSkills: [Presence]?

        /// Refuses to do less than what is asked for.
        ///
        /// - Throws: `invalidRequest` with `unsupported_runtime_mode`, `unsupported_allowed_tools` or
        ///   `unsupported_selected_skills`.
        func checkThatAllIsBuilt() throws {
            if let mode = self.runtimeMode, mode != "builder" { throw Self.refusal("unsupported_runtime_mode") }
            if self.allowedTools != nil { throw Self.refusal("unsupported_allowed_tools") }
            if self.selectedSkills?.isEmpty == false { throw Self.refusal("unsupported_selected_skills") }
        }

        private static func refusal(_ code: String) -> WorkerRefusal { .invalidRequest(code: code) }
    }

    /// Something that is there, whatever it is.
    struct Presence: Decodable {
        init(from decoder: any Decoder) throws {}
    }

    /// A turn, and whether it says anything about the session: `null` clears it, a missing member leaves the live one
    /// (spec 03 §3).
    struct PostedMessage: Decodable {
        let message: Message
        let namesSession: Bool

        private enum Key: CodingKey { case sessionState }

        init(from decoder: any Decoder) throws {
            self.message = try Message(from: decoder)
            self.namesSession = try decoder.container(keyedBy: Key.self).contains(.sessionState)
        }
    }
}
