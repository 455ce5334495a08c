import Domain
import Foundation

/// A conversation as it is kept: bounded, so that a run's document stays far from any engine's limit (spec 02 B7).
///
/// What a turn needs stays: every message with its id, and the newest ones whole. Cut are single values that are very large
/// or nested too deep, wherever they stand, and then, oldest message first, the details of the agent's work: inputs and
/// outputs of tools, then reasoning and tool parts, then long texts. What was cut says so and how large it was.
struct BoundedMessages {
    /// All messages together, in bytes of JSON.
    static let maximumBytes = 4_194_304
    /// One value of a tool call, or one text.
    static let maximumValueBytes = 524_288
    /// How deep a value of a tool call may nest.
    static let maximumDepth = 100
    /// What is left of a text that had to be cut.
    private static let keptCharacters = 2000

    private(set) var messages: [UIMessage]

    init(_ messages: [UIMessage], maximumBytes: Int = Self.maximumBytes) throws {
        self.messages = try messages.map { try Self.cutting($0, valuesOver: Self.maximumValueBytes) }
        var sizes = try self.messages.map { try Self.size($0) }
        var total = sizes.reduce(0, +)
        let stages: [(UIMessage) throws -> UIMessage] = [
            { try Self.cutting($0, valuesOver: Self.keptCharacters) }, Self.withoutWork, Self.withShortTexts,
        ]
        for stage in stages {
            for index in self.messages.indices where total > maximumBytes {
                self.messages[index] = try stage(self.messages[index])
                let size = try Self.size(self.messages[index])
                total += size - sizes[index]
                sizes[index] = size
            }
        }
    }

    private static func size(_ message: UIMessage) throws -> Int { try DocumentCoding.encode(message).count }

    /// Without inputs and outputs of tools that have more bytes than this or nest too deep, and without endless texts.
    private static func cutting(_ message: UIMessage, valuesOver bytes: Int) throws -> UIMessage {
        var message = message
        message.parts = try message.parts.map { part in
            switch part {
            case .text(var block):
                block.text = Self.cut(block.text, over: Self.maximumValueBytes)
                return .text(block)
            case .reasoning(var block):
                block.text = Self.cut(block.text, over: bytes)
                return .reasoning(block)
            case .tool(var call):
                call.input = try call.input.map { try Self.cut($0, over: bytes) }
                call.output = try call.output.map { try Self.cut($0, over: bytes) }
                call.errorText = call.errorText.map { Self.cut($0, over: bytes) }
                return .tool(call)
            }
        }
        return message
    }

    /// Only what was said.
    private static func withoutWork(_ message: UIMessage) -> UIMessage {
        var message = message
        let said = message.parts.filter { if case .text = $0 { true } else { false } }
        message.parts = said.isEmpty && !message.parts.isEmpty ? [.text(.init(text: "[Cut: too long ago.]"))] : said
        return message
    }

    private static func withShortTexts(_ message: UIMessage) -> UIMessage {
        var message = message
        let text = Self.cut(message.text, over: Self.keptCharacters)
        message.parts = message.parts.isEmpty ? [] : [.text(.init(text: text))]
        return message
    }

    private static func cut(_ text: String, over bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        let kept = min(bytes, Self.maximumValueBytes)
        // Bytes may end inside a character; what is broken becomes a replacement character.
        return String(decoding: text.utf8.prefix(kept), as: UTF8.self)
            + "\n[Cut: the text had \(text.utf8.count) bytes.]"
    }

    private static func cut(_ value: JSONValue, over bytes: Int) throws -> JSONValue {
        let isDeep = value.isDeeper(than: Self.maximumDepth)
        // A value that is too deep is not encoded: encoders recurse.
        let size = isDeep ? nil : try value.encoded().count
        if let size, size <= bytes { return value }
        var left: [String: JSONValue] = ["cut": true]
        if let size { left["bytes"] = .integer(Int64(size)) }
        // Small members say what it was about: a path, a name, a command.
        for (name, member) in (value.object ?? [:]).sorted(by: { $0.key < $1.key }).prefix(20) {
            if let text = member.string, text.utf8.count <= 200, name.utf8.count <= 100, name != "cut", name != "bytes"
            {
                left[name] = member
            }
        }
        return .object(left)
    }
}

extension JSONValue {
    fileprivate func isDeeper(than levels: Int) -> Bool {
        switch self {
        case .array(let items): levels == 0 || items.contains { $0.isDeeper(than: levels - 1) }
        case .object(let members): levels == 0 || members.values.contains { $0.isDeeper(than: levels - 1) }
        case .null, .bool, .integer, .number, .string: false
        }
    }
}
