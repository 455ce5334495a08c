import Documents
import Domain
import Foundation

extension DocumentStoreCheck {
    static let racing: [Self] = [
        .shelf("ofEightWritersOneWins") { shelf in
            for round in 0..<5 {
                let id = "a\(round)"
                try await shelf.put(id, ["status": "pending"])
                let winners = try await withThrowingTaskGroup(of: String?.self) { group in
                    for writer in 0..<8 {
                        group.addTask {
                            let won = try await shelf.change(
                                id,
                                where: .equals("status", "pending"),
                                .set("status", "streaming"),
                                .set("owner", .string("\(writer)"))
                            )
                            return won?["owner"]?.string
                        }
                    }
                    return try await group.reduce(into: [String]()) { all, owner in if let owner { all.append(owner) } }
                }
                try expectEqual(winners.count, 1, "exactly one claim")
                try expectEqual(try await shelf.field("owner", of: id), .string(winners[0]), "the winner's name stands")
            }
        },
        .shelf("ofEightInsertersOneWins") { shelf in
            let wins = try await withThrowingTaskGroup(of: Bool.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        do {
                            try await shelf.put("a\(writer)", ["key": "same"])
                            return true
                        } catch DocumentStoreError.duplicate(index: "workspace_key") {
                            return false
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            try expectEqual(wins, 1, "exactly one insert")
        },
        .shelf("upsertsThatRaceMakeOneDocument") { shelf in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        _ = try await shelf.store.upsert(
                            where: .equals("workspaceId", "w1") && .equals("key", "k"),
                            apply: Update(.increment("rank", 1)),
                            orInsert: try Shelf.document("a\(writer)", ["key": "k", "rank": 1]),
                            in: Shelf.schema
                        )
                    }
                }
                try await group.waitForAll()
            }
            let found = try await shelf.store.find(Query(.equals("key", "k")), in: Shelf.schema)
            try expectEqual(found.count, 1, "one document")
            try expectEqual(try JSONValue(parsing: found[0])["rank"], 8, "every caller counted")
        },
        .shelf("countersLoseNothing") { shelf in
            try await shelf.put("a")
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { _ = try await shelf.change("a", .increment("rank", 1)) } }
                try await group.waitForAll()
            }
            try expectEqual(try await shelf.field("rank", of: "a"), 20, "twenty")
        },
    ]

    static let watching: [Self] = [
        .shelf("changesComeInTheirOrder") { shelf in
            let changes = try await shelf.store.changes(of: Shelf.schema)
            try await shelf.put("a")
            try await shelf.change("a", .set("rank", 1))
            try await shelf.change("a", where: .equals("rank", 7), .set("rank", 8))
            try await shelf.put("b")
            try await shelf.delete(.equals("_id", "a"))
            let seen = try await within(.seconds(20), "four changes") {
                var seen: [String] = []
                for await change in changes {
                    switch change {
                    case .insert(let id, _): seen.append("insert \(id)")
                    case .update(let id, let document):
                        seen.append("update \(id) \(try JSONValue(parsing: document)["rank"]?.integer ?? 0)")
                    case .delete(let id): seen.append("delete \(id)")
                    case .lost: seen.append("lost")
                    }
                    if seen.count == 4 { break }
                }
                return seen
            }
            try expectEqual(seen, ["insert a", "update a 1", "insert b", "delete a"], "as they were made")
        },
        .shelf("aSlowReaderIsToldWhatItLost") { shelf in
            let slow = try await shelf.store.changes(of: Shelf.schema)
            try await shelf.put("a")
            for _ in 0..<1500 { try await shelf.change("a", .increment("rank", 1)) }
            let last = try await within(.seconds(60), "the stream ends") {
                var last: DocumentChange?
                var count = 0
                for await change in slow {
                    last = change
                    count += 1
                }
                try expect(count <= 1100, "the queue is bounded, \(count) came")
                return last
            }
            try expectEqual(last, .lost, "the last word")
        },
    ]

    static let hostile: [Self] = [
        .shelf("valuesAreNeverCode") { shelf in
            let values = [
                "'; DROP TABLE check_things; --", "\" OR 1=1 --", "$where", "{\"$gt\":\"\"}", "%", "_", "?1", ":id",
                "@x",
                "\\", "\u{202E}", "a\nb", "$.a", "json('x')",
            ]
            for (number, value) in values.enumerated() {
                try await shelf.put("a\(number)", ["key": .string(value), "list": [.string(value)]])
            }
            for (number, value) in values.enumerated() {
                try expectEqual(try await shelf.ids(.equals("key", .string(value))), ["a\(number)"], "equals \(value)")
                try expectEqual(try await shelf.ids(.contains("list", .string(value))), ["a\(number)"], "has \(value)")
                let after = try await shelf.change("a\(number)", .set("copy", .string(value)))
                try expectEqual(after?["copy"], .string(value), "set \(value)")
            }
        },
        .shelf("aNulMatchesNothingElse") { shelf in
            try await shelf.put("a", ["rank": "x"])
            try expectEqual(try await shelf.ids(.equals("rank", "x\u{0}y")), [], "equals")
            try expectEqual(try await shelf.ids(.isIn("rank", ["x\u{0}"])), [], "in")
        },
        .shelf("pathsThatAreNoPathsAreRefused") { shelf in
            try await shelf.put("a")
            for path in ["", ".", "a..b", ".a", "a.", "a\"b", "a'b", "$where", "a.$b", "a\\b", "a\u{0}b"] {
                let field = FieldPath(path)
                for body: @Sendable () async throws -> Void in [
                    { _ = try await shelf.ids(.equals(field, "x")) },
                    { _ = try await shelf.ids(.all, sort: [.ascending(field)]) },
                    { _ = try await shelf.change("a", .set(field, 1)) },
                    { _ = try await shelf.change("a", .unset(field)) },
                ] {
                    try await expectRefusal(
                        DocumentStoreError.self,
                        "the path \(path.debugDescription)",
                        matching: { if case .malformed = $0 { true } else { false } },
                        body
                    )
                }
            }
        },
        .shelf("filtersTakeSingleValues") { shelf in
            try await shelf.put("a")
            for filter: Filter in [.equals("f", ["x"]), .equals("f", ["k": "x"]), .lessThan("f", true)] {
                try await expectRefusal(DocumentStoreError.self, "\(filter)") { _ = try await shelf.ids(filter) }
            }
        },
    ]
}
