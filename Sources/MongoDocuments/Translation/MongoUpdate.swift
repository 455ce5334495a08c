import Documents
import Domain

/// An update as MongoDB's operators, or as a pipeline where something is pulled.
///
/// `$pull` refuses a field that is no array, where the port says that nothing changes; only a pipeline can look first.
struct MongoUpdate {
    /// `nil` when the update does nothing: MongoDB would take an empty one for a whole new document.
    let bson: BSON?

    init(_ update: Update, expiring: ExpiringFields) throws {
        try update.check()
        guard !update.operations.isEmpty else {
            self.bson = nil
            return
        }
        let isPulling = update.operations.contains { operation in
            switch operation {
            case .pull, .pullObject: true
            default: false
            }
        }
        if isPulling {
            self.bson = try PipelineUpdate(update, expiring: expiring).bson
        } else {
            self.bson = try Self.operators(update, expiring)
        }
    }

    private static func operators(_ update: Update, _ expiring: ExpiringFields) throws -> BSON {
        var groups: [(name: String, members: [BSON.Member])] = []
        func add(_ group: String, _ name: String, _ value: BSON) {
            if let index = groups.firstIndex(where: { $0.name == group }) {
                groups[index].members.append(.init(name: name, value: value))
            } else {
                groups.append((group, [.init(name: name, value: value)]))
            }
        }
        for operation in update.operations {
            let path = try MongoPath(operation.field).text
            switch operation {
            case .set(_, let value): add("$set", path, try BSON(value))
            case .unset: add("$unset", path, true)
            case .increment(_, let amount): add("$inc", path, try Self.amount(amount))
            case .push(_, let values, let keepLast):
                var push: [(String, BSON)] = [("$each", .array(try values.map { try BSON($0) }))]
                if let keepLast { push.append(("$slice", .int64(-Int64(max(0, keepLast))))) }
                add("$push", path, .pairs(push))
            case .pull, .pullObject: break
            }
        }
        for (name, date) in try expiring.shadows(of: update) {
            if let date { add("$set", name, .date(date)) } else { add("$unset", name, true) }
        }
        return .pairs(groups.map { ($0.name, .document($0.members)) })
    }

    static func amount(_ amount: JSONValue) throws -> BSON {
        switch amount {
        case .integer, .number: try BSON(amount)
        default: throw DocumentStoreError.malformed("An increment is a number.")
        }
    }
}
