import Documents
import Domain

/// The fields of a collection after which documents expire, and the dates that MongoDB needs for it.
///
/// Our times are text; MongoDB's expiry wants its own date type. The adapter keeps such a date beside the text, in a member
/// that is hidden when the document is read, and the expiring index is on that member.
struct ExpiringFields {
    private let fields: [String]

    init(_ collection: CollectionSchema) {
        self.fields = collection.indexes.filter { $0.expiresAfterSeconds != nil }.compactMap {
            $0.keys.first?.field.rawValue
        }
    }

    var names: Set<String> { Set(self.fields) }

    static func shadow(of field: String) -> String { StoredName.shadowPrefix + field }

    /// The dates for a document whose texts are these.
    func shadows(of texts: [String: String]) -> [(String, Int64)] {
        self.fields.compactMap { field in
            texts[field].flatMap { Timestamp($0) }.map { (Self.shadow(of: field), $0.milliseconds) }
        }
    }

    /// What an update does to the dates: `nil` removes one.
    func shadows(of update: Update) throws -> [(String, Int64?)] {
        try update.operations.compactMap { operation in
            guard self.fields.contains(operation.field.rawValue) else { return nil }
            let name = Self.shadow(of: operation.field.rawValue)
            switch operation {
            case .set(_, .string(let text)): return (name, Timestamp(text)?.milliseconds)
            case .set, .unset: return (name, nil)
            default: throw DocumentStoreError.malformed("A time after which a document expires is set or removed.")
            }
        }
    }
}
