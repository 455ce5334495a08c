import Documents
import Domain

/// Which declared index serves a query, by MongoDB's published rule: equal fields first, then the order, then ranges.
struct IndexFit {
    /// `nil` when the whole collection would be read.
    private(set) var index: String?
    private(set) var sortsInMemory: Bool

    init(_ query: Query, of collection: CollectionSchema) {
        let conditions = Self.conditions(query.filter)
        let equal = Set(conditions.compactMap(Self.equalField))
        self.index = nil
        self.sortsInMemory = !query.sort.isEmpty
        if equal.contains("_id") {
            self.index = "_id"
            self.sortsInMemory = false
            return
        }
        let bounded = equal.union(conditions.compactMap(Self.boundedField))
        let id = CollectionSchema.Index("_id", [.ascending("_id")], unique: true)
        var best = 0
        for index in collection.indexes + [id] {
            let implied = index.partial.map { Self.conditions($0).allSatisfy { conditions.contains($0) } }
            guard implied != false else { continue }
            let prefix = index.keys.prefix { equal.contains($0.field) }.count
            let next = index.keys.dropFirst(prefix).first
            let isBounded = next.map { bounded.contains($0.field) } ?? false
            guard prefix > 0 || isBounded || implied == true else { continue }
            let isSingle = index.isUnique && prefix == index.keys.count
            let isOrdered = isSingle || Self.isOrdered(query.sort, by: Array(index.keys.dropFirst(prefix)), equal)
            let score = 1 + prefix * 4 + (isBounded ? 2 : 0) + (isOrdered ? 100 : 0)
            guard score > best else { continue }
            best = score
            self.index = index.name
            self.sortsInMemory = !isOrdered
        }
    }

    /// The order, less what the filter pins, is the index's, forwards or backwards.
    private static func isOrdered(_ sort: [Sort], by keys: [Sort], _ equal: Set<FieldPath>) -> Bool {
        let sort = sort.filter { !equal.contains($0.field) }
        guard !sort.isEmpty else { return true }
        let start = Array(keys.prefix(sort.count))
        let reversed = start.map { $0.isDescending ? Sort.ascending($0.field) : Sort.descending($0.field) }
        return start == sort || reversed == sort
    }

    private static func conditions(_ filter: Filter) -> [Filter] {
        switch filter {
        case .and(let filters): filters.flatMap { self.conditions($0) }
        case .all: []
        default: [filter]
        }
    }

    private static func equalField(_ filter: Filter) -> FieldPath? {
        switch filter {
        case .equals(let field, _), .missing(let field): field
        default: nil
        }
    }

    private static func boundedField(_ filter: Filter) -> FieldPath? {
        switch filter {
        case .isIn(let field, _), .lessThan(let field, _), .atMost(let field, _), .greaterThan(let field, _),
            .atLeast(let field, _), .exists(let field):
            field
        default: nil
        }
    }
}
