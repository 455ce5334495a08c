import Documents
import Domain
import Foundation

extension DocumentStoreCheck {
    private static let newestFirst: [Sort] = [.descending("createdAt"), .descending("_id")]

    static let ordering: [Self] = [
        .shelf("sortsAndLimits") { shelf in
            for (id, rank): (String, JSONValue) in [("a", 2), ("b", 10), ("c", 1), ("d", 2)] {
                try await shelf.put(id, ["rank": rank])
            }
            let rising: [Sort] = [.ascending("rank"), .ascending("_id")]
            try expectEqual(try await shelf.ids(.all, sort: rising), ["c", "a", "d", "b"], "numbers as numbers")
            try expectEqual(try await shelf.ids(.all, sort: rising, limit: 2), ["c", "a"], "limit")
            try expectEqual(try await shelf.ids(.all, sort: rising, limit: 0), [], "limit 0")
            let mixed: [Sort] = [.descending("rank"), .ascending("_id")]
            try expectEqual(try await shelf.ids(.all, sort: mixed), ["b", "a", "d", "c"], "each key its own way")
            try expectEqual(try await shelf.ids(.all, sort: mixed, after: [2, "a"]), ["d", "c"], "after, mixed")
        },
        .shelf("pagesNeitherRepeatNorSkip") { shelf in
            // A thousand documents, four a moment, so that only the id tells some apart.
            for number in 0..<1000 {
                let time = Timestamp(milliseconds: 1_700_000_000_000 + Int64(number / 4))
                try await shelf.put(Self.name(number), ["createdAt": .string(time.text)])
            }
            var seen: [String] = []
            var after: [JSONValue]?
            while true {
                let page = try await shelf.store.find(
                    Query(.equals("workspaceId", "w1"), sort: Self.newestFirst, limit: 37, after: after),
                    in: Shelf.schema
                )
                let values = try page.map { try JSONValue(parsing: $0) }
                seen += values.compactMap { $0["_id"]?.string }
                guard let last = values.last, let time = last["createdAt"], let id = last["_id"] else { break }
                after = [time, id]
                // Newer ones come in while somebody pages: they belong before the first page.
                let fresh = "z\(seen.count)"
                try await shelf.put(fresh, ["createdAt": "2026-06-01T00:00:00.000Z"])
            }
            try expectEqual(seen, (0..<1000).reversed().map { Self.name($0) }, "every document once, in order")
        },
        .shelf("aCursorNeedsAValuePerKey") { shelf in
            try await shelf.put("a")
            for after: [JSONValue] in [[], ["x"], ["x", "y", "z"]] {
                try await expectRefusal(
                    DocumentStoreError.self,
                    "\(after.count) values for two keys",
                    matching: { if case .malformed = $0 { true } else { false } }
                ) {
                    _ = try await shelf.ids(.all, sort: Self.newestFirst, after: after)
                }
            }
        },
        .shelf("theFirstOfEachIsOnePerValue") { shelf in
            for (id, workspace, rank, day) in [
                ("a", "w1", "x", 1), ("b", "w1", "x", 3), ("c", "w1", "x", 3), ("d", "w1", "y", 2), ("e", "w1", "z", 9),
                ("f", "w2", "x", 9), ("g", "w1", "é'$\"\\ ]", 1),
            ] {
                try await shelf.put(
                    id,
                    [
                        "workspaceId": .string(workspace), "rank": .string(rank),
                        "createdAt": .string("2026-01-0\(day)T00:00:00.000Z"),
                    ]
                )
            }
            try await shelf.put("h", ["createdAt": "2026-01-09T00:00:00.000Z"])
            func firsts(_ values: [String], _ filter: Filter = .all) async throws -> [String] {
                try await shelf.store.find(Self.firsts(values, filter), in: Shelf.schema)
                    .compactMap { try JSONValue(parsing: $0)["_id"]?.string }.sorted()
            }
            try expectEqual(try await firsts(["x", "y"]), ["c", "d"], "the newest of each, of one workspace")
            try expectEqual(try await firsts(["x", "x", "nobody"]), ["c"], "a value twice, and one that nothing has")
            try expectEqual(try await firsts(["é'$\"\\ ]"]), ["g"], "any text")
            try expectEqual(try await firsts(["x\u{0}", "", "$rank"]), [], "no text of a document")
            try expectEqual(try await firsts([]), [], "no values")
            try expectEqual(
                try await firsts(["x", "z"], .lessThan("createdAt", "2026-01-03T00:00:00.000Z")),
                ["a"],
                "the first of what matches"
            )
            let many = ["z"] + (0..<300).map { "nobody \($0)" } + ["x", "y"]
            try expectEqual(try await firsts(many), ["c", "d", "e"], "many values")
            let plan = try await shelf.store.explain(Self.firsts(["x", "y"]), in: Shelf.schema)
            try expect(!plan.scansCollection && !plan.sortsInMemory, plan.detail)
            var odd = Self.firsts(["x"])
            odd.sort = [.ascending("unknown")]
            let oddPlan = try await shelf.store.explain(odd, in: Shelf.schema)
            try expect(oddPlan.sortsInMemory, "an order without an index is seen: \(oddPlan.detail)")
        },
        .shelf("theFirstOfEachNeedsAnOrderAndNothingElse") { shelf in
            var unordered = Self.firsts(["x"])
            unordered.sort = []
            var limited = Self.firsts(["x"])
            limited.limit = 1
            var paged = Self.firsts(["x"])
            paged.after = ["2026-01-01T00:00:00.000Z", "a"]
            for query in [unordered, limited, paged] {
                try await expectRefusal(
                    DocumentStoreError.self,
                    "\(query)",
                    matching: { if case .malformed = $0 { true } else { false } }
                ) {
                    _ = try await shelf.store.find(query, in: Shelf.schema)
                }
            }
        },
        .shelf("whatIsOmittedIsLeftOut") { shelf in
            let whole: JSONValue = [
                "_id": "a", "workspaceId": "w1", "key": "a", "name": "a", "createdAt": "2026-01-01T00:00:00.000Z",
                "rank": "x", "big": ["one", ["two": 2]], "deep": ["in": 1, "out": nil, "on": true], "odd-one": true,
            ]
            try await shelf.store.insert(try whole.encoded(), into: Shelf.schema)
            for query in [Query(.equals("_id", "a")), Self.firsts(["x"])] {
                var query = query
                query.omitted = ["big", "deep.in", "nothing", "odd-one"]
                let found = try await shelf.store.find(query, in: Shelf.schema).map { try JSONValue(parsing: $0) }
                try expectEqual(
                    found,
                    [
                        [
                            "_id": "a", "workspaceId": "w1", "key": "a", "name": "a",
                            "createdAt": "2026-01-01T00:00:00.000Z", "rank": "x", "deep": ["out": nil, "on": true],
                        ]
                    ],
                    "all but these, as it was stored"
                )
            }
            try expectEqual(try await shelf.get("a"), whole, "nothing is removed")
        },
        .shelf("anUpdateTakesTheFirstInOrder") { shelf in
            for (id, rank): (String, JSONValue) in [("a", 3), ("b", 1), ("c", 2)] {
                try await shelf.put(id, ["rank": rank])
            }
            let updated = try await shelf.store.update(
                where: .missing("taken"),
                sort: [.ascending("rank")],
                apply: Update(.set("taken", true)),
                in: Shelf.schema
            )
            let value = try JSONValue(parsing: try expectSome(updated, "one is free"))
            try expectEqual(value["_id"], "b", "the lowest rank")
            try expectEqual(try await shelf.count(.equals("taken", true)), 1, "only one")
        },
        .shelf("anIndexedListNeitherScansNorSorts") { shelf in
            let list = Query(.equals("workspaceId", "w1"), sort: Self.newestFirst, limit: 20)
            let plan = try await shelf.store.explain(list, in: Shelf.schema)
            try expect(!plan.scansCollection && !plan.sortsInMemory, plan.detail)
            let odd = try await shelf.store.explain(Query(.equals("unknown", "x")), in: Shelf.schema)
            try expect(odd.scansCollection, "a query without an index is seen to scan: \(odd.detail)")
        },
    ]

    /// The newest of each rank in one workspace.
    private static func firsts(_ values: [String], _ filter: Filter = .all) -> Query {
        Query(
            .equals("workspaceId", "w1") && filter,
            sort: Self.newestFirst,
            firstOfEach: .init("rank", of: values)
        )
    }

    private static func name(_ number: Int) -> String {
        let digits = String(number)
        return "d" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
