import Domain
package import Foundation

/// A line that goes to Claude Code's stdin (spec 03 §10.2).
package enum ClaudeInput: Sendable, Equatable {
    /// Comes first; the hook hears of every result of these tools before the model does.
    case initialize(requestID: String, approvalTools: [String])
    /// Text that is delivered as it is: no slash commands, no inlining of files.
    case user(String)
    case interrupt(requestID: String)
    /// Answers the hook: end the turn with this result, or go on.
    case hookAnswer(requestID: String, stops: Bool)
    /// Answers a request that this host does not know.
    case unsupported(requestID: String)

    /// The callback that approval tools are registered under.
    package static let approvalCallback = "approval"

    /// The line with its line feed.
    package func line() throws -> Data {
        var bytes = try self.value.encoded()
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private var value: JSONValue {
        switch self {
        case .initialize(let requestID, let approvalTools):
            var hooks: [String: JSONValue] = [:]
            if !approvalTools.isEmpty {
                hooks["PostToolUse"] = [
                    [
                        "matcher": .string(approvalTools.joined(separator: "|")),
                        "hookCallbackIds": [.string(Self.approvalCallback)],
                    ]
                ]
            }
            return Self.request(requestID, ["subtype": "initialize", "hooks": .object(hooks)])
        case .user(let text):
            return [
                "type": "user", "message": ["role": "user", "content": .string(text)], "parent_tool_use_id": nil,
                "session_id": "", "client_composed": true,
            ]
        case .interrupt(let requestID): return Self.request(requestID, ["subtype": "interrupt"])
        case .hookAnswer(let requestID, let stops):
            let answer: JSONValue = stops ? ["continue": false, "stopReason": "approval"] : [:]
            return Self.response(["subtype": "success", "request_id": .string(requestID), "response": answer])
        case .unsupported(let requestID):
            return Self.response(["subtype": "error", "request_id": .string(requestID), "error": "not_supported"])
        }
    }

    private static func request(_ id: String, _ request: JSONValue) -> JSONValue {
        ["type": "control_request", "request_id": .string(id), "request": request]
    }

    private static func response(_ response: JSONValue) -> JSONValue {
        ["type": "control_response", "response": response]
    }
}
