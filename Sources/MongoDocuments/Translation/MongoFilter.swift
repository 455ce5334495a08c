import Documents
import Domain

/// A filter as MongoDB's, with the meaning that the port gives it.
///
/// Three habits of MongoDB are held off. A condition on an array also looks at its elements: conditions on fields that no
/// index names say that the field is no array (fields that are indexed are single values by the port's contract, and stay
/// bare, so that every planner sees them). Objects in a value would be operators: only single values pass. And names that
/// mean something are stored encoded (`StoredName`).
///
/// Conditions on different fields lie side by side in one document, as a person would write them.
struct MongoFilter {
    private let singles: Set<String>
    private(set) var bson: BSON

    init(_ filter: Filter, of collection: CollectionSchema) throws {
        self.singles = Set(collection.indexes.flatMap { $0.keys.map(\.field.rawValue) } + ["_id"])
        self.bson = .document([])
        self.bson = Self.joined(try self.conditions(filter))
    }

    /// The filter, and only what comes after a place in an order.
    init(_ query: Query, of collection: CollectionSchema) throws {
        try self.init(query.filter, of: collection)
        try query.checkParts()
        guard let place = query.after else { return }
        self.bson = Self.joined(try self.conditions(query.filter) + self.after(place, query.sort))
    }

    static let arrayKind: BSON = 4
    private static let noArray: BSON = ["$not": ["$type": arrayKind]]
    private static let never = [BSON.Member(name: "_id", value: ["$in": []])]

    // MARK: - Conditions

    private func conditions(_ filter: Filter) throws -> [BSON.Member] {
        switch filter {
        case .all: return []
        case .equals(let field, let value): return try self.equals(field, value)
        case .notEquals(let field, .null), .exists(let field): return try self.exists(field)
        case .notEquals(let field, let value): return try self.notEquals(field, value)
        case .isIn(let field, let values): return try self.isIn(field, values)
        case .lessThan(let field, let value): return try self.compare(field, "$lt", value)
        case .atMost(let field, let value): return try self.compare(field, "$lte", value)
        case .greaterThan(let field, let value): return try self.compare(field, "$gt", value)
        case .atLeast(let field, let value): return try self.compare(field, "$gte", value)
        case .missing(let field): return try self.missing(field)
        case .contains(let field, let value):
            let path = try MongoPath(field)
            guard let single = try Self.single(value) else { return Self.never }
            return [.init(name: path.text, value: ["$elemMatch": ["$eq": single]])] + Self.guards(path)
        case .containsObject(let field, let key, let value):
            let path = try MongoPath(field)
            let inner = try MongoPath(FieldPath(key))
            guard let single = try Self.single(value) else { return Self.never }
            let match = BSON.pairs([(inner.text, Self.scalar(["$eq": single]))])
            return [.init(name: path.text, value: ["$elemMatch": match])] + Self.guards(path)
        case .and(let filters):
            return try filters.flatMap { try self.conditions($0) }
        case .or(let filters):
            if filters.isEmpty { return Self.never }
            if filters.count == 1 { return try self.conditions(filters[0]) }
            return [.init(name: "$or", value: .array(try filters.map { Self.joined(try self.conditions($0)) }))]
        }
    }

    private func equals(_ field: FieldPath, _ value: JSONValue) throws -> [BSON.Member] {
        if value == .null { return try self.missing(field) }
        let path = try MongoPath(field)
        guard let single = try Self.single(value) else { return Self.never }
        if self.singles.contains(field.rawValue) { return [.init(name: path.text, value: single)] }
        return [.init(name: path.text, value: Self.scalar(["$eq": single]))] + Self.guards(path)
    }

    private func notEquals(_ field: FieldPath, _ value: JSONValue) throws -> [BSON.Member] {
        if self.singles.contains(field.rawValue), let single = try Self.single(value) {
            return [.init(name: try MongoPath(field).text, value: ["$ne": single])]
        }
        return [.init(name: "$nor", value: [Self.joined(try self.equals(field, value))])]
    }

    private func isIn(_ field: FieldPath, _ values: [JSONValue]) throws -> [BSON.Member] {
        let path = try MongoPath(field)
        let singles = try values.filter { $0 != .null }.compactMap { try Self.single($0) }
        var alternatives: [[BSON.Member]] = []
        if !singles.isEmpty {
            let condition: BSON = ["$in": .array(singles)]
            alternatives.append(
                self.singles.contains(field.rawValue)
                    ? [.init(name: path.text, value: condition)]
                    : [.init(name: path.text, value: Self.scalar(condition))] + Self.guards(path)
            )
        }
        if values.contains(.null) { alternatives.append(try self.missing(field)) }
        guard let first = alternatives.first else { return Self.never }
        guard alternatives.count > 1 else { return first }
        return [.init(name: "$or", value: .array(alternatives.map { Self.joined($0) }))]
    }

    private func compare(_ field: FieldPath, _ sign: String, _ value: JSONValue) throws -> [BSON.Member] {
        let path = try MongoPath(field)
        switch value {
        case .string, .integer, .number: break
        default: throw DocumentStoreError.malformed("Only text and numbers can be compared.")
        }
        guard let single = try Self.single(value) else { return Self.never }
        let condition = BSON.pairs([(sign, single)])
        if self.singles.contains(field.rawValue) { return [.init(name: path.text, value: condition)] }
        return [.init(name: path.text, value: Self.scalar(condition))] + Self.guards(path)
    }

    /// There and not null; an array is there, whatever is in it.
    private func exists(_ field: FieldPath) throws -> [BSON.Member] {
        let path = try MongoPath(field)
        if self.singles.contains(field.rawValue) {
            return [.init(name: path.text, value: ["$exists": true, "$ne": nil])]
        }
        let there = BSON.pairs([(path.text, ["$ne": nil])])
        let isArray = BSON.pairs([(path.text, ["$type": Self.arrayKind])])
        return [.init(name: "$or", value: [there, isArray])] + Self.guards(path)
    }

    /// Not there, null, or not to be reached because an object on the way is none.
    private func missing(_ field: FieldPath) throws -> [BSON.Member] {
        let path = try MongoPath(field)
        if self.singles.contains(field.rawValue) { return [.init(name: path.text, value: .null)] }
        let here = BSON.Member(name: path.text, value: Self.scalar(["$eq": nil]))
        if path.ways.isEmpty { return [here] }
        var alternatives: [BSON] = [.document([here])]
        for way in path.ways {
            let isArray: BSON = ["$type": Self.arrayKind]
            alternatives.append(.pairs([(way, isArray)]))
        }
        return [.init(name: "$or", value: .array(alternatives))]
    }

    // MARK: - Places in an order

    /// `a < x, or a = x and b < y`; beside it `a <= x`, from which a planner takes the bounds.
    private func after(_ place: [JSONValue], _ sort: [Sort]) throws -> [BSON.Member] {
        var alternatives: [BSON] = []
        var equal: [BSON.Member] = []
        for (key, value) in zip(sort, place) {
            if value == .null { return Self.never }
            let path = try MongoPath(key.field).text
            guard let single = try Self.single(value) else { return Self.never }
            let beyond = BSON.pairs([(key.isDescending ? "$lt" : "$gt", single)])
            alternatives.append(Self.joined(equal + [.init(name: path, value: beyond)]))
            equal.append(.init(name: path, value: single))
        }
        guard alternatives.count > 1, let first = sort.first, let start = equal.first?.value else {
            return alternatives.first?.members ?? Self.never
        }
        let bound = BSON.pairs([(first.isDescending ? "$lte" : "$gte", start)])
        return [
            .init(name: try MongoPath(first.field).text, value: bound), .init(name: "$or", value: .array(alternatives)),
        ]
    }

    // MARK: - Parts

    private static func scalar(_ condition: BSON) -> BSON {
        .document((condition.members ?? []) + (Self.noArray.members ?? []))
    }

    private static func guards(_ path: MongoPath) -> [BSON.Member] {
        path.ways.map { .init(name: $0, value: Self.noArray) }
    }

    /// `nil` for a text with a NUL, which matches nothing.
    private static func single(_ value: JSONValue) throws -> BSON? {
        switch value {
        case .string(let text) where text.utf8.contains(0): nil
        case .array, .object: throw DocumentStoreError.malformed("Filters take text, numbers, booleans and null.")
        default: try BSON(value)
        }
    }

    /// One document of all conditions; a second one on the same place goes into `$and`.
    private static func joined(_ conditions: [BSON.Member]) -> BSON {
        var members: [BSON.Member] = []
        var rest: [BSON] = []
        for condition in conditions where !members.contains(condition) {
            if members.contains(where: { $0.name == condition.name }) {
                rest.append(.document([condition]))
            } else {
                // A point in front: planners that look at one condition after the other begin with it.
                members.insert(condition, at: condition.name == "_id" ? 0 : members.count)
            }
        }
        if !rest.isEmpty { members.append(.init(name: "$and", value: .array(rest))) }
        return .document(members)
    }
}
