import Documents
import Domain

extension DocumentStoreCheck {
    static let declaring: [Self] = [
        .shelf("preparingAgainChangesNothing") { shelf in
            try await shelf.put("a", ["key": "same"])
            for _ in 0..<2 { try await shelf.store.prepare([Shelf.schema]) }
            try expectEqual(try await shelf.ids(.all), ["a"], "what was stored is there")
            try await expectRefusal(
                DocumentStoreError.self,
                "a duplicate",
                matching: { $0 == .duplicate(index: "workspace_key") }
            ) {
                try await shelf.put("b", ["key": "same"])
            }
        },
        .shelf("aChangedDeclarationTakesEffectAndARemovedOneGoes") { shelf in
            try await shelf.put("a", ["key": "same", "name": "one"])
            // As a later version of the product would declare it: no unique key any more, and names for all time.
            let later = CollectionSchema(
                Shelf.schema.name,
                indexes: [
                    .init("live_name", [.ascending("workspaceId"), .ascending("name")], unique: true),
                    .init("workspace_rank", [.ascending("workspaceId"), .descending("rank")]),
                ]
            )
            try await shelf.store.prepare([later])
            try expectEqual(try await shelf.ids(.all), ["a"], "what was stored is there")
            try await shelf.store.insert(
                try Shelf.document("b", ["key": "same", "name": "two", "deletedAt": "2026-01-02T00:00:00.000Z"]),
                into: later
            )
            try await expectRefusal(
                DocumentStoreError.self,
                "a name that only the dead have",
                matching: { $0 == .duplicate(index: "live_name") }
            ) {
                try await shelf.store.insert(try Shelf.document("c", ["name": "two"]), into: later)
            }
            let ranked = Query(.text("workspaceId", "w1"), sort: [.descending("rank")], limit: 1)
            let plan = try await shelf.store.explain(ranked, in: later)
            try expect(!plan.sortsInMemory, "the changed index gives its order: \(plan.detail)")
        },
    ]
}
