import Documents
import Domain

/// An update as one stage that sets and one that removes, both of which see the document as it was before.
///
/// Values stand in `$literal`, so that none is taken for a path or an operator.
struct PipelineUpdate {
    let bson: BSON

    init(_ update: Update, expiring: ExpiringFields) throws {
        var sets: [(String, BSON)] = []
        var removals: [BSON] = []
        for operation in update.operations {
            let path = try MongoPath(operation.field).text
            let field = BSON.string("$" + path)
            switch operation {
            case .set(_, let value):
                sets.append((path, ["$literal": try BSON(value)]))
            case .unset:
                removals.append(.string(path))
            case .increment(_, let amount):
                let old = Self.when(
                    ["$eq": [["$type": field], "missing"]],
                    ["$literal": 0],
                    Self.only("$isNumber", field)
                )
                sets.append((path, ["$add": [old, ["$literal": try MongoUpdate.amount(amount)]]]))
            case .push(_, let values, let keepLast):
                let old = Self.when(
                    ["$eq": [["$type": field], "missing"]],
                    ["$literal": []],
                    Self.only("$isArray", field)
                )
                let new: BSON = ["$literal": .array(try values.map { try BSON($0) })]
                var list: BSON = ["$concatArrays": [old, new]]
                if let keepLast {
                    // A slice of none is refused.
                    list =
                        keepLast > 0
                        ? ["$slice": [list, .int64(-Int64(keepLast))]]
                        : Self.when(["$isArray": list], ["$literal": []], list)
                }
                sets.append((path, list))
            case .pull(_, let value):
                switch value {
                case .array, .object:
                    throw DocumentStoreError.malformed("Only a text, number, boolean or null is pulled.")
                default: break
                }
                let keep: BSON = ["$ne": ["$$this", ["$literal": try BSON(value)]]]
                sets.append((path, Self.filtered(field, keep)))
            case .pullObject(_, let key, let value):
                let member = BSON.string("$$this." + (try MongoPath(FieldPath(key)).text))
                let same: BSON =
                    value == .null
                    ? ["$in": [["$type": member], ["missing", "null"]]]
                    : ["$eq": [member, ["$literal": try BSON(value)]]]
                let keep: BSON = ["$not": [["$and": [["$eq": [["$type": "$$this"], "object"]], same]]]]
                sets.append((path, Self.filtered(field, keep)))
            }
        }
        for (name, date) in try expiring.shadows(of: update) {
            if let date { sets.append((name, .date(date))) } else { removals.append(.string(name)) }
        }
        var stages: [BSON] = []
        if !sets.isEmpty { stages.append(["$set": .pairs(sets)]) }
        if !removals.isEmpty { stages.append(["$unset": .array(removals)]) }
        self.bson = .array(stages)
    }

    private static func when(_ condition: BSON, _ then: BSON, _ otherwise: BSON) -> BSON {
        ["$cond": [condition, then, otherwise]]
    }

    /// The array without some elements; what is no array stays, and what is missing stays missing.
    private static func filtered(_ field: BSON, _ keep: BSON) -> BSON {
        Self.when(["$isArray": [field]], ["$filter": ["input": field, "cond": keep]], field)
    }

    /// The field, when it is what it has to be; otherwise a conversion that fails and so refuses the update.
    private static func only(_ test: String, _ field: BSON) -> BSON {
        let failure: BSON = ["$toInt": ["$concat": ["no fit: ", ["$type": field]]]]
        let list: BSON = [field]
        return Self.when(.pairs([(test, list)]), field, failure)
    }
}
