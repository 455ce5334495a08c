package import Domain
import Wire

/// Keeps a conversation far from an engine's document limit of 16 MiB (spec 02 B7): when it has grown too large, what the
/// tools of its oldest answers read and wrote is cut; words are never touched.
///
/// Pure.
package enum StoredHistory {
    package static let maximumBytes = 6_000_000
    private static let keptBytes = 400

    package static func fit(_ messages: [UIMessage], limit: Int = Self.maximumBytes) -> [UIMessage] {
        var total = messages.reduce(0) { $0 + self.size(of: $1) }
        guard total > limit else { return messages }
        var fitting = messages
        // The newest answer stays whole: a card in it may still wait.
        for index in fitting.indices.dropLast(2) where total > limit && fitting[index].role == .assistant {
            total -= self.size(of: fitting[index])
            fitting[index].parts = fitting[index].parts.map { self.cut($0) }
            total += self.size(of: fitting[index])
        }
        return fitting
    }

    private static func cut(_ part: UIMessagePart) -> UIMessagePart {
        guard case .tool(var call) = part else { return part }
        call.input = call.input.map { self.cut($0) }
        call.output = call.output.map { self.cut($0) }
        return .tool(call)
    }

    private static func cut(_ value: JSONValue) -> JSONValue {
        var budget = JSONBudget(self.keptBytes)
        return budget.fit(value)
    }

    private static func size(of message: UIMessage) -> Int {
        message.parts.reduce(200) { total, part in
            switch part {
            case .text(let block), .reasoning(let block): return total + block.text.utf8.count + 50
            case .tool(let call):
                let values = [call.input, call.output].compactMap(\.self)
                return total + 200 + values.reduce(0) { $0 + self.size(of: $1) } + (call.errorText?.utf8.count ?? 0)
            }
        }
    }

    private static func size(of value: JSONValue) -> Int {
        switch value {
        case .string(let text): text.utf8.count + 2
        case .array(let items): items.reduce(2) { $0 + self.size(of: $1) + 1 }
        case .object(let members): members.reduce(2) { $0 + $1.key.utf8.count + 4 + self.size(of: $1.value) }
        case .null, .bool, .integer, .number: 8
        }
    }
}
