import Documents
import Domain

/// The indexes of a collection as MongoDB is told of them, and as the version record keeps them.
struct IndexSpecification: Equatable, Sendable {
    let collection: String
    let indexes: [BSON]

    init(_ schema: CollectionSchema) throws {
        self.collection = schema.name
        var indexes: [BSON] = []
        for index in schema.indexes {
            var members: [(String, BSON)] = [
                (
                    "key",
                    .pairs(
                        try index.keys.map { (try MongoPath($0.field).text, $0.isDescending ? .int64(-1) : .int64(1)) }
                    )
                ),
                ("name", .string(index.name)),
            ]
            if index.isUnique { members.append(("unique", true)) }
            if let partial = index.partial {
                members.append(("partialFilterExpression", .pairs(try Self.condition(partial))))
            }
            indexes.append(.pairs(members))
            guard let seconds = index.expiresAfterSeconds else { continue }
            guard index.keys.count == 1, let field = index.keys.first?.field, field.segments.count == 1 else {
                throw DocumentStoreError.malformed("An index that expires has one key at the top of the document.")
            }
            indexes.append([
                "key": .pairs([(ExpiringFields.shadow(of: field.rawValue), .int64(1))]),
                "name": .string(index.name + "_expiry"),
                "expireAfterSeconds": .int64(Int64(seconds)),
            ])
        }
        self.indexes = indexes
    }

    static func name(of index: BSON) -> String { index["name"]?.string ?? "" }

    /// The condition in the few operators that MongoDB takes here.
    ///
    /// A field that holds null is there for `$exists`: documents leave it out instead.
    private static func condition(_ filter: Filter) throws -> [(String, BSON)] {
        switch filter {
        case .exists(let field): [(try MongoPath(field).text, ["$exists": true])]
        case .missing(let field): [(try MongoPath(field).text, ["$eq": nil])]
        case .equals(let field, .string(let text)): [(try MongoPath(field).text, ["$eq": .string(text)])]
        case .and(let filters): try filters.flatMap { try self.condition($0) }
        default: throw DocumentStoreError.malformed("A partial index knows exists, missing and equal text.")
        }
    }
}
