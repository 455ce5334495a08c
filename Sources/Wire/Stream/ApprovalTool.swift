package import Domain
import Foundation

/// Tools whose good result stops the turn until a person answers (spec 02 §12.1, 03 §22.21).
package enum ApprovalTool: String, Sendable, CaseIterable {
    case plan = "mcp__second__present_plan"
    case suggestions = "mcp__second__present_suggestions"

    /// Only a result that says it was presented stops; anything else lets the model go on.
    package func stops(on result: JSONValue) -> Bool {
        guard let payload = ToolText.payload(of: result, where: { $0["status"]?.string != nil }) else { return false }
        return payload["ok"]?.bool == true && payload["status"]?.string == "presented"
    }
}

/// Reads tool results, which arrive as plain text, content arrays or wrapped in envelopes (spec 02 §8.2, 03 §4.4).
package enum ToolText {
    /// The first object, found through JSON in strings, arrays, `text`, `content` and nested values, that fulfils the
    /// condition; at most eight levels deep.
    package static func payload(of value: JSONValue, depth: Int = 8, where condition: (JSONValue) -> Bool) -> JSONValue?
    {
        guard depth > 0 else { return nil }
        switch value {
        case .object(let members):
            if condition(value) { return value }
            for key in ["text", "content"] + members.keys.sorted().filter({ $0 != "text" && $0 != "content" }) {
                if let member = members[key], let found = self.payload(of: member, depth: depth - 1, where: condition) {
                    return found
                }
            }
            return nil
        case .array(let items):
            for item in items {
                if let found = self.payload(of: item, depth: depth - 1, where: condition) { return found }
            }
            return nil
        case .string(let text):
            guard let first = text.utf8.first(where: { $0 > 0x20 }),
                first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
            else { return nil }
            // Text that only looks like JSON is no payload.
            guard let parsed = try? JSONValue(parsing: Data(text.utf8)) else { return nil }
            return self.payload(of: parsed, depth: depth - 1, where: condition)
        default:
            return nil
        }
    }

    /// The text that a person would read: joined `text` members, else the JSON.
    package static func flatten(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): return text
        case .array(let items): return items.map { self.flatten($0) }.joined(separator: "\n")
        case .object(let members):
            if let text = members["text"] { return self.flatten(text) }
            if let content = members["content"] { return self.flatten(content) }
            return self.json(value)
        case .null: return ""
        default: return self.json(value)
        }
    }

    private static func json(_ value: JSONValue) -> String {
        // A JSON value always encodes.
        (try? value.encoded()).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
