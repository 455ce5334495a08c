import Documents

/// Who says how a query is run.
package enum MongoPlanning: Sendable {
    /// The server's planner, as in production.
    case server
    /// The declared indexes by MongoDB's rule, for servers whose planner is simpler than MongoDB's; the server's own words
    /// are in the detail.
    case declaredIndexes

    func plan(for query: Query, in collection: CollectionSchema, answer: BSON) -> QueryPlan {
        let stages = Self.stages(answer["queryPlanner"]?["winningPlan"] ?? .null)
        let words = stages.joined(separator: " < ")
        switch self {
        case .server:
            return QueryPlan(
                detail: words,
                scansCollection: stages.contains("COLLSCAN"),
                sortsInMemory: stages.contains { $0.hasPrefix("SORT") && $0 != "SORT_MERGE" }
            )
        case .declaredIndexes:
            let fit = IndexFit(query, of: collection)
            return QueryPlan(
                detail: "\(fit.index.map { "index \($0)" } ?? "no index"); the server: \(words)",
                scansCollection: fit.index == nil,
                sortsInMemory: fit.sortsInMemory
            )
        }
    }

    /// The stages from the outermost inwards, an index scan with its index.
    private static func stages(_ plan: BSON) -> [String] {
        switch plan {
        case .document(let members):
            var stages: [String] = []
            if let stage = plan["stage"]?.string {
                stages.append(stage + (plan["indexName"]?.string.map { " \($0)" } ?? ""))
            }
            return stages + members.flatMap { self.stages($0.value) }
        case .array(let items):
            return items.flatMap { self.stages($0) }
        default:
            return []
        }
    }
}
