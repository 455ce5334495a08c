import Domain

/// The shape of a tool's input: published as JSON Schema and enforced by the same value (spec 03 §22.21).
indirect enum Schema: Sendable {
    /// Lengths in characters.
    case string(length: ClosedRange<Int>, description: String? = nil)
    case nullable(Schema)
    case array(of: Schema, count: ClosedRange<Int>, description: String? = nil)
    /// Members that are not named are refused.
    case object([Member])

    struct Member: Sendable {
        let name: String
        let schema: Schema
        var isRequired = true
    }

    /// JSON Schema, draft 2020-12.
    var json: JSONValue {
        switch self {
        case .string(let length, let description):
            var schema: [String: JSONValue] = ["type": "string", "maxLength": .integer(Int64(length.upperBound))]
            if length.lowerBound > 0 { schema["minLength"] = .integer(Int64(length.lowerBound)) }
            schema["description"] = description.map(JSONValue.string)
            return .object(schema)
        case .nullable(let schema):
            guard case .object(var members) = schema.json, let type = members["type"] else { return schema.json }
            members["type"] = .array([type, "null"])
            return .object(members)
        case .array(let item, let count, let description):
            var schema: [String: JSONValue] = [
                "type": "array", "items": item.json, "minItems": .integer(Int64(count.lowerBound)),
                "maxItems": .integer(Int64(count.upperBound)),
            ]
            schema["description"] = description.map(JSONValue.string)
            return .object(schema)
        case .object(let members):
            return [
                "type": "object", "additionalProperties": false,
                "properties": .object(
                    Dictionary(members.map { ($0.name, $0.schema.json) }) { first, _ in first }
                ),
                "required": .array(members.filter(\.isRequired).map { .string($0.name) }),
            ]
        }
    }

    /// Everything that is wrong with a value, each with its place; at most twenty sentences, none quotes the value.
    func problems(in value: JSONValue) -> [String] {
        var problems: [String] = []
        self.check(value, at: "", into: &problems)
        return Array(problems.prefix(20))
    }

    private func check(_ value: JSONValue, at place: String, into problems: inout [String]) {
        guard problems.count < 20 else { return }
        let shown = place.isEmpty ? "the input" : place
        switch self {
        case .string(let length, _):
            guard let text = value.string else { return problems.append("\(shown) must be a string") }
            // Bytes bound the characters, so a huge text is not walked.
            let count = text.utf8.count > length.upperBound * 32 ? Int.max : text.count
            if !length.contains(count) {
                problems.append("\(shown) must have \(length.lowerBound) to \(length.upperBound) characters")
            }
        case .nullable(let schema):
            if value != .null { schema.check(value, at: place, into: &problems) }
        case .array(let item, let count, _):
            guard let items = value.array else { return problems.append("\(shown) must be an array") }
            if !count.contains(items.count) {
                problems.append("\(shown) must have \(count.lowerBound) to \(count.upperBound) items")
            }
            for (index, element) in items.prefix(count.upperBound).enumerated() {
                item.check(element, at: "\(place)[\(index)]", into: &problems)
            }
        case .object(let members):
            guard let fields = value.object else { return problems.append("\(shown) must be an object") }
            let prefix = place.isEmpty ? "" : place + "."
            for member in members {
                if let field = fields[member.name] {
                    member.schema.check(field, at: prefix + member.name, into: &problems)
                } else if member.isRequired {
                    problems.append("\(prefix)\(member.name) is missing")
                }
            }
            let known = Set(members.map(\.name))
            if fields.keys.contains(where: { !known.contains($0) }) {
                problems.append("\(shown) has members that are not part of the schema")
            }
        }
    }
}
