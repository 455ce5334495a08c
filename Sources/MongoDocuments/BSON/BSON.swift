/// A value for a command or an answer of the server; stored documents are written and read as bytes beside it.
///
/// Names of members are used as they stand, so names that a caller gave pass through `StoredName` first.
indirect enum BSON: Equatable, Sendable {
    struct Member: Equatable, Sendable {
        var name: String
        var value: BSON
    }

    case null
    case bool(Bool)
    case int64(Int64)
    case double(Double)
    case string(String)
    /// Milliseconds since 1970-01-01 UTC.
    case date(Int64)
    case array([BSON])
    case document([Member])
    /// A finished document, put in as it is.
    case encoded(BSONDocument)
    /// A resume token's or another kind's bytes, kept as they came.
    case other(kind: UInt8, bytes: [UInt8])

    subscript(name: String) -> BSON? {
        guard case .document(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    var string: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var array: [BSON]? {
        guard case .array(let items) = self else { return nil }
        return items
    }

    var members: [Member]? {
        guard case .document(let members) = self else { return nil }
        return members
    }

    /// Whole numbers come as 32 or 64 bits or as doubles, as the server likes.
    var integer: Int64? {
        switch self {
        case .int64(let number): number
        case .double(let number): Int64(exactly: number)
        default: nil
        }
    }

    static func pairs(_ pairs: [(String, BSON)]) -> Self {
        .document(pairs.map { Member(name: $0.0, value: $0.1) })
    }
}

extension BSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByNilLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral text: String) { self = .string(text) }
    init(integerLiteral number: Int64) { self = .int64(number) }
    init(booleanLiteral flag: Bool) { self = .bool(flag) }
    init(nilLiteral: ()) { self = .null }
    init(arrayLiteral items: BSON...) { self = .array(items) }
    init(dictionaryLiteral members: (String, BSON)...) { self = .pairs(members) }
}
