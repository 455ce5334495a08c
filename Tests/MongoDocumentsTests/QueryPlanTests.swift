import Documents
import MongoDocuments
import TestSupport
import Testing

extension MongoSuites {
    /// Every query of every repository is caught on its way to the store and its plan read: none scans, none sorts in memory.
    ///
    /// The server of these tests has a simpler planner than MongoDB (it takes an index for few shapes of filter and never for
    /// an order), so the plan is MongoDB's rule over the declared indexes; that the server has these very indexes is the
    /// business of `IndexTests`.
    @Suite struct QueryPlanTests {
        @Test(arguments: RepositoryCheck.all)
        func noRepositoryScansOrSorts(_ check: RepositoryCheck) async throws {
            try await check.runReadingPlans(on: MongoSuites.store())
        }

        @Test func theServerTakesTheIndexWhereItsPlannerCan() async throws {
            let store = MongoDocumentStore(
                try #require(MongoSuites.connection),
                database: MongoSuites.freshDatabase(),
                planning: .server
            )
            try await store.prepare(Collections.all)
            for (query, collection) in [
                (Query(.text("_id", "x")), Collections.apps), (Query(.text("slug", "x")), Collections.workspaces),
                (Query(.text("workspaceId", "x")), Collections.apps),
                (Query(.text("status", "streaming")), Collections.runs),
                (Query(.text("workspaceId", "x") && .text("appId", "y")), Collections.blobs),
            ] {
                let plan = try await store.explain(query, in: collection)
                #expect(!plan.scansCollection, "\(collection.name): \(plan.detail)")
            }
            let scan = try await store.explain(Query(.text("unknown", "x")), in: Collections.apps)
            #expect(scan.scansCollection, "\(scan.detail)")
        }
    }
}
