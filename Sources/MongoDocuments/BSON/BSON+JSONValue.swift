import Documents
import Domain

extension BSON {
    /// A value that a caller gave: names go through `StoredName`, so none of it can be an operator.
    init(_ value: JSONValue, depth: Int = 0) throws {
        guard depth <= DocumentLimits.maximumDepth else { throw DocumentLimits.tooDeep }
        switch value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .integer(let number): self = .int64(number)
        case .number(let number):
            guard number.isFinite else { throw DocumentStoreError.malformed("JSON has no such number.") }
            self = .double(number)
        case .string(let text): self = .string(text)
        case .array(let items): self = .array(try items.map { try BSON($0, depth: depth + 1) })
        case .object(let members):
            self = .pairs(
                try members.sorted { $0.key < $1.key }
                    .map { (StoredName.encode($0.key), try BSON($0.value, depth: depth + 1)) }
            )
        }
    }
}
