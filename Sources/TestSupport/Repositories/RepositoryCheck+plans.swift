package import Documents

extension RepositoryCheck {
    /// Runs the check, and reads the plan of every query that it makes: none scans, none sorts in memory.
    package func runReadingPlans(on base: any DocumentStore) async throws {
        let store = WatchedStore(base)
        try await self.run(on: store)
        for question in store.seen {
            let plan = try await store.explain(question.query, in: question.collection)
            try expect(
                !plan.scansCollection && !plan.sortsInMemory,
                "\(question.collection.name): \(plan.detail) for \(question.query)"
            )
        }
    }
}
