import Documents
import Domain
import Foundation
import GRDB

/// An update as one SQL expression over the old body, so that SQLite changes the document in one step.
///
/// Every operation reads the old body; one path may therefore be changed only once, as MongoDB demands, too.
struct SQLUpdate: Sendable {
    let expression: String
    let arguments: StatementArguments

    init(_ update: Update) throws {
        var pairs: [String] = []
        var removed: [String] = []
        var arguments = StatementArguments()
        var removedArguments = StatementArguments()
        var seen: Set<FieldPath> = []
        for operation in update.operations {
            let field = operation.field
            guard field.rawValue != "_id" else { throw DocumentStoreError.malformed("_id never changes.") }
            guard seen.insert(field).inserted else { throw DocumentStoreError.malformed("\(field) is changed twice.") }
            let path = try JSONPath(field).text
            switch operation {
            case .set(_, let value):
                pairs.append("?, json(?)")
                arguments += [path, try Self.text(value)]
            case .unset:
                removed.append("?")
                removedArguments += [path]
            case .increment(_, let amount):
                pairs.append("?, coalesce(json_extract(body, ?), 0) + ?")
                arguments += [path, path]
                switch amount {
                case .integer(let number): arguments += [number]
                case .number(let number): arguments += [number]
                default: throw DocumentStoreError.malformed("An increment is a number.")
                }
            case .push(_, let values, let keepLast):
                pairs.append("?, (\(Self.kept))")
                // A negative limit is no limit.
                arguments += [path, path, try Self.text(.array(values)), keepLast ?? -1]
            case .pull(_, let value):
                pairs.append("?, (\(Self.remaining("item.value IS NOT json_extract(json_array(json(?)), '$[0]')")))")
                arguments += [path, path, try Self.text(value)]
            case .pullObject(_, let key, let value):
                let condition = """
                    CASE item.type WHEN 'object' THEN json_extract(item.value, ?) IS NOT json_extract(json_array(json(?)), '$[0]') \
                    ELSE 1 END
                    """
                pairs.append("?, (\(Self.remaining(condition)))")
                arguments += [path, path, try JSONPath(FieldPath(key)).text, try Self.text(value)]
            }
        }
        let written = pairs.isEmpty ? "body" : "json_set(body, \(pairs.joined(separator: ", ")))"
        self.expression = removed.isEmpty ? written : "json_remove(\(written), \(removed.joined(separator: ", ")))"
        self.arguments = arguments + removedArguments
    }

    private static func text(_ value: JSONValue) throws -> String {
        String(decoding: try value.encoded(), as: UTF8.self)
    }

    /// An element of `json_each` as JSON again.
    private static let element = """
        CASE WHEN item.type IN ('object', 'array') THEN json(item.value) WHEN item.type IN ('true', 'false') \
        THEN json(item.type) ELSE json_quote(item.value) END
        """

    private static func remaining(_ condition: String) -> String {
        "SELECT json_group_array(\(self.element)) FROM json_each(body, ?) AS item WHERE \(condition)"
    }

    /// The old elements and the new ones, of which the last few are kept, in their order.
    private static let kept = """
        SELECT json_group_array(json(text)) FROM (SELECT text FROM (SELECT text, part, position FROM (\
        SELECT \(element) AS text, 0 AS part, item.key AS position FROM json_each(body, ?) AS item UNION ALL \
        SELECT \(element) AS text, 1 AS part, item.key AS position FROM json_each(?) AS item) \
        ORDER BY part DESC, position DESC LIMIT ?) ORDER BY part, position)
        """
}

extension Update.Operation {
    fileprivate var field: FieldPath {
        switch self {
        case .set(let field, _), .unset(let field), .increment(let field, _), .push(let field, _, _),
            .pull(let field, _),
            .pullObject(let field, _, _):
            field
        }
    }
}
