import Domain

/// One JSON-RPC 2.0 message from a client, as far as the broker cares (spec 03 §7).
enum BrokerMessage: Sendable, Equatable {
    case request(id: JSONValue, method: String, params: JSONValue)
    case notification(method: String, params: JSONValue)
    /// An answer to something we never asked.
    case response
    case invalid(id: JSONValue)

    init(_ value: JSONValue) {
        guard let members = value.object, members["jsonrpc"] == "2.0" else {
            self = .invalid(id: .null)
            return
        }
        let id = members["id"]
        guard let method = members["method"] else {
            self = members["result"] != nil || members["error"] != nil ? .response : .invalid(id: Self.usable(id))
            return
        }
        let params = members["params"] ?? .object([:])
        guard let method = method.string, params.object != nil || params.array != nil else {
            self = .invalid(id: Self.usable(id))
            return
        }
        switch id {
        case .none: self = .notification(method: method, params: params)
        case .some(.string), .some(.integer), .some(.number):
            self = .request(id: id ?? .null, method: method, params: params)
        default: self = .invalid(id: .null)
        }
    }

    private static func usable(_ id: JSONValue?) -> JSONValue {
        switch id {
        case .some(.string), .some(.integer), .some(.number): id ?? .null
        default: .null
        }
    }

    static func result(_ result: JSONValue, id: JSONValue) -> JSONValue {
        ["jsonrpc": "2.0", "id": id, "result": result]
    }

    static func error(_ error: BrokerError, id: JSONValue) -> JSONValue {
        [
            "jsonrpc": "2.0", "id": id,
            "error": ["code": .integer(Int64(error.code)), "message": .string(error.message)],
        ]
    }
}

/// What the broker refuses, with JSON-RPC codes; the messages never change (spec 03 §7).
enum BrokerError: String, Sendable {
    case invalidRequest = "invalid_request"
    case methodNotFound = "method_not_found"
    case unknownSession = "unknown_or_expired_tool_broker_session"
    case invalidToken = "invalid_tool_broker_token"
    case toolNotAllowed = "tool_not_allowed_for_session"
    case unknownTool = "unknown_tool"
    case tooManyCalls = "too_many_tool_calls"
    case cancelled = "tool_call_cancelled"
    case failed = "tool_call_failed"

    var message: String { self.rawValue }

    var code: Int {
        switch self {
        case .invalidRequest: -32600
        case .methodNotFound: -32601
        case .unknownSession, .invalidToken, .toolNotAllowed, .unknownTool, .tooManyCalls, .cancelled, .failed: -32000
        }
    }
}
