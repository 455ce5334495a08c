package import Application
import Domain
import Foundation
package import RuntimeProtocols

/// Finds a name and a description in what the model did (spec 03 §15): the tool call, else its input as it was
/// streamed, else a JSON object anywhere in the text, else `Name:` and `Description:` lines.
package struct MetadataReader: Sendable {
    private static let maximumText = 65_536

    private var captured: WorkerMetadata?
    private var inputs: [JSONValue] = []
    private var streamed: [Int: String] = [:]
    private var text = ""
    private let prompt: String

    package init(prompt: String) {
        self.prompt = prompt
    }

    package mutating func capture(name: String, description: String) {
        self.captured = Self.metadata(name, description)
    }

    package mutating func receive(_ event: RuntimeEvent) {
        switch event {
        case .stream(.blockStart(let index, .toolUse)): self.streamed[index] = ""
        case .stream(.inputDelta(let index, let json)):
            guard (self.streamed[index]?.utf8.count ?? .max) < Self.maximumText else { return }
            self.streamed[index]?.append(json)
        case .stream(.blockStop(let index)):
            // Half an input is none.
            if let json = self.streamed.removeValue(forKey: index), let value = try? JSONValue(parsing: Data(json.utf8))
            {
                self.inputs.append(value)
            }
        case .stream(.textDelta(_, let piece)): self.append(piece)
        case .assistant(let blocks):
            for block in blocks {
                switch block {
                case .toolUse(_, _, let input): self.inputs.append(input)
                case .text(let text): self.append("\n" + text)
                case .thinking, .redactedThinking: break
                }
            }
        default: break
        }
    }

    /// `nil` when either is missing.
    package var metadata: WorkerMetadata? {
        let found =
            self.captured
            ?? self.inputs.lazy.compactMap(Self.metadata(in:)).first
            ?? Self.objects(in: self.text).lazy.compactMap(Self.metadata(in:)).first
            ?? Self.lines(in: self.text)
        guard var found else { return nil }
        if Self.asksForIdeas(self.prompt), Self.echoes(found.name, self.prompt) { found.name = "Build Suggestions" }
        return found
    }

    package static func fallback(_ name: String) -> String {
        let name = String(name.collapsingWhitespace().prefix(80))
        return name.isEmpty ? "Untitled app" : name
    }

    private mutating func append(_ text: String) {
        guard self.text.utf8.count < Self.maximumText else { return }
        self.text.append(contentsOf: text.prefix(Self.maximumText))
    }

    private static func metadata(_ name: String, _ description: String) -> WorkerMetadata? {
        let name = String(name.collapsingWhitespace().prefix(80))
        let description = String(description.collapsingWhitespace().prefix(300))
        guard name.count >= 2, description.count >= 2 else { return nil }
        return WorkerMetadata(name: name, description: description)
    }

    private static func metadata(in value: JSONValue) -> WorkerMetadata? {
        let name = ["name", "title", "appName", "appTitle"].lazy.compactMap { value[$0]?.string }.first
        let description = ["description", "appDescription", "summary"].lazy.compactMap { value[$0]?.string }.first
        guard let name, let description else { return nil }
        return self.metadata(name, description)
    }

    /// The objects in a text, outermost first; a brace inside a string is no brace.
    private static func objects(in text: String) -> [JSONValue] {
        let bytes = Array(text.utf8)
        var objects: [JSONValue] = []
        var index = 0
        var attempts = 0
        while index < bytes.count, attempts < 32 {
            guard bytes[index] == UInt8(ascii: "{") else {
                index += 1
                continue
            }
            attempts += 1
            // What only looks like an object is passed over.
            if let end = self.end(ofObjectAt: index, in: bytes),
                let value = try? JSONValue(parsing: Data(bytes[index...end]))
            {
                objects.append(value)
                index = end
            }
            index += 1
        }
        return objects
    }

    private static func end(ofObjectAt start: Int, in bytes: [UInt8]) -> Int? {
        var depth = 0
        var isInString = false
        var isEscaped = false
        for index in start..<bytes.count {
            let byte = bytes[index]
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            } else if byte == UInt8(ascii: "{") {
                depth += 1
            } else if byte == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { return index }
            }
        }
        return nil
    }

    private static func lines(in text: String) -> WorkerMetadata? {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let key = parts[0].lowercased().filter(\.isLetter)
            guard key == "name" || key == "description", values[key] == nil else { continue }
            values[key] = parts[1].trimmingCharacters(in: CharacterSet(charactersIn: " \t*\"'`"))
        }
        guard let name = values["name"], let description = values["description"] else { return nil }
        return self.metadata(name, description)
    }

    private static func asksForIdeas(_ prompt: String) -> Bool {
        let prompt = prompt.lowercased()
        return ["idea", "suggest", "what should i build", "what can i build", "what could i build"]
            .contains { prompt.contains($0) }
    }

    /// The name says little that the request did not say: nearly all of its words come from it.
    private static func echoes(_ name: String, _ prompt: String) -> Bool {
        let words = { (text: String) in text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init) }
        let known = Set(words(prompt))
        let own = words(name)
        guard !own.isEmpty else { return true }
        return own.filter(known.contains).count * 3 >= own.count * 2
    }
}
