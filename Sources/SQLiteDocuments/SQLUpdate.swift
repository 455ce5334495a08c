import Documents
import Domain
import Foundation
import GRDB

/// An update as one SQL expression over the old body, so that SQLite changes the document in one step.
///
/// Every operation reads the old body; one place may therefore be changed only once, as MongoDB demands, too. What does
/// not fit the document makes SQLite say "malformed JSON", which refuses the whole statement.
struct SQLUpdate: Sendable {
    let expression: String
    let arguments: StatementArguments

    init(_ update: Update) throws {
        try update.check()
        var builder = Builder()
        for operation in update.operations { try builder.add(operation) }
        self.expression = builder.expression
        self.arguments = builder.arguments
    }

    /// Collects the pairs of `json_set`, of `json_replace` around it and the paths of `json_remove` around both.
    private struct Builder {
        private var set: [String] = []
        private var replaced: [String] = []
        private var removed: [String] = []
        private var setArguments = StatementArguments()
        private var replacedArguments = StatementArguments()
        private var removedArguments = StatementArguments()

        var expression: String {
            var text = self.set.isEmpty ? "body" : "json_set(body, \(self.set.joined(separator: ", ")))"
            if !self.replaced.isEmpty { text = "json_replace(\(text), \(self.replaced.joined(separator: ", ")))" }
            return self.removed.isEmpty ? text : "json_remove(\(text), \(self.removed.joined(separator: ", ")))"
        }

        var arguments: StatementArguments { self.setArguments + self.replacedArguments + self.removedArguments }

        mutating func add(_ operation: Update.Operation) throws {
            let path = try JSONPath(operation.field).text
            switch operation {
            case .set(_, let value):
                self.set.append("?, json(?)")
                self.setArguments += [path, try Self.text(value)]
            case .unset:
                self.removed.append("?")
                self.removedArguments += [path]
            case .increment(_, let amount):
                self.set.append("?, \(Self.sum)")
                self.setArguments += [path, path, path]
                switch amount {
                case .integer(let number): self.setArguments += [number]
                case .number(let number): self.setArguments += [number]
                default: throw DocumentStoreError.malformed("An increment is a number.")
                }
            case .push(_, let values, let keepLast):
                self.set.append("?, \(Self.kept)")
                // A negative limit is no limit.
                self.setArguments += [
                    path, path, path, try Self.text(.array(values)), keepLast.map { max(0, $0) } ?? -1,
                ]
            case .pull(_, let value):
                self.replaced.append("?, \(Self.remaining("NOT (\(Self.sameElement))"))")
                let text = try Self.text(.array([value]))
                self.replacedArguments += [path, path, path, text, text, path]
            case .pullObject(_, let key, let value):
                self.replaced.append("?, \(Self.remaining("NOT (\(Self.sameMember))"))")
                let text = try Self.text(.array([value]))
                let keyPath = try JSONPath(FieldPath(key)).text
                self.replacedArguments += [path, path, path, keyPath, text, keyPath, text, path]
            }
        }

        private static func text(_ value: JSONValue) throws -> String {
            String(decoding: try value.encoded(), as: UTF8.self)
        }

        /// The old number, 0 when there is none, plus the amount; anything else there is malformed.
        private static let sum = """
            CASE WHEN coalesce(json_type(body, ?), 'integer') IN ('integer', 'real') \
            THEN coalesce(json_extract(body, ?), 0) ELSE json('no number') END + ?
            """

        /// An element of `json_each` as JSON again.
        private static let element = """
            CASE WHEN item.type IN ('object', 'array') THEN json(item.value) WHEN item.type IN ('true', 'false') \
            THEN json(item.type) ELSE json_quote(item.value) END
            """

        private static let sameElement = """
            item.value IS json_extract(?, '$[0]') AND \(Self.isSameKind("item.type", "json_type(?, '$[0]')"))
            """

        private static let sameMember = """
            CASE item.type WHEN 'object' THEN json_extract(item.value, ?) IS json_extract(?, '$[0]') AND \
            \(Self.isSameKind("coalesce(json_type(item.value, ?), 'null')", "json_type(?, '$[0]')")) ELSE 0 END
            """

        /// Integers and reals are one kind.
        private static func isSameKind(_ one: String, _ other: String) -> String {
            "replace(\(one), 'real', 'integer') = replace(\(other), 'real', 'integer')"
        }

        /// The array without some elements; what is no array stays.
        private static func remaining(_ condition: String) -> String {
            """
            CASE json_type(body, ?) WHEN 'array' THEN json((SELECT json_group_array(\(Self.element)) \
            FROM json_each(body, ?) AS item WHERE \(condition))) ELSE json(body -> ?) END
            """
        }

        /// The old elements and the new ones, of which the last few are kept, in their order.
        private static let kept = """
            CASE coalesce(json_type(body, ?), 'array') WHEN 'array' THEN json((SELECT json_group_array(json(text)) FROM \
            (SELECT text FROM (SELECT text, part, position FROM (\
            SELECT \(Self.element) AS text, 0 AS part, item.key AS position FROM json_each(body, ?) AS item UNION ALL \
            SELECT \(Self.element) AS text, 1 AS part, item.key AS position FROM json_each(?) AS item) \
            ORDER BY part DESC, position DESC LIMIT ?) ORDER BY part, position))) ELSE json('no array') END
            """
    }
}
