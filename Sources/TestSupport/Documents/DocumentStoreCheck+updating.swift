import Documents
import Domain

extension DocumentStoreCheck {
    private static func isMalformed(_ error: DocumentStoreError) -> Bool {
        if case .malformed = error { true } else { false }
    }

    static let updating: [Self] = [
        .shelf("anUpdateReturnsWhatIsStored") { shelf in
            try await shelf.put("a", ["f": 1, "gone": "x"])
            let after = try await shelf.change(
                "a",
                .set("f", ["deep": [1, .number(2.5), true, .null, "ü"]]),
                .unset("gone"),
                .unset("never"),
                .set("new.path.here", "x")
            )
            try expectEqual(after, try await shelf.get("a"), "what it returns is what is kept")
            try expectEqual(after?["f"], ["deep": [1, .number(2.5), true, .null, "ü"]], "set")
            try expectEqual(after?["gone"], nil, "unset")
            try expectEqual(after?["new"], ["path": ["here": "x"]], "objects on the way are made")
        },
        .shelf("noMatchIsNoChange") { shelf in
            try await shelf.put("a", ["f": 1])
            try expectEqual(try await shelf.change("a", where: .equals("f", 2), .set("f", 3)), nil, "guarded")
            try expectEqual(try await shelf.change("b", .set("f", 3)), nil, "not there")
            try expectEqual(try await shelf.field("f", of: "a"), 1, "as it was")
        },
        .shelf("incrementsStartAtZeroAndKeepIntegers") { shelf in
            try await shelf.put("a", ["n": 2])
            try await shelf.change(
                "a",
                .increment("n", 3),
                .increment("new.count", 1),
                .increment("cost", .number(0.25))
            )
            let after = try expectSome(
                try await shelf.change("a", .increment("n", -1), .increment("cost", .number(0.5))),
                "a is there"
            )
            try expectEqual(after["n"], 4, "an integer")
            try expectEqual(after["new"], ["count": 1], "made on the way")
            try expectEqual(after["cost"]?.double, 0.75, "a fraction")
        },
        .shelf("whatDoesNotFitIsRefusedWhole") { shelf in
            try await shelf.put("a", ["text": "x", "none": .null, "object": ["k": 1]])
            let before = try await shelf.get("a")
            let misfits: [[Update.Operation]] = [
                [.set("_id", "b")], [.unset("_id")], [.set("f", 1), .set("f", 2)], [.set("f.g", 1), .unset("f")],
                [.increment("text", 1)], [.increment("none", 1)], [.increment("object", 1)], [.increment("f", "1")],
                [.push("text", ["y"], keepLast: nil)], [.push("object", ["y"], keepLast: 3)],
            ]
            for misfit in misfits {
                try await expectRefusal(DocumentStoreError.self, "\(misfit)", matching: Self.isMalformed) {
                    _ = try await shelf.store.update(
                        where: .equals("_id", "a"),
                        sort: [],
                        apply: Update([.set("other", 1)] + misfit),
                        in: Shelf.schema
                    )
                }
            }
            try expectEqual(try await shelf.get("a"), before, "nothing changed")
        },
        .shelf("updateAllChangesEach") { shelf in
            for id in ["a", "b", "c"] { try await shelf.put(id, ["workspaceId": id == "c" ? "w2" : "w1"]) }
            let count = try await shelf.store.updateAll(
                where: .equals("workspaceId", "w1"),
                apply: Update(.increment("rank", 1)),
                in: Shelf.schema
            )
            try expectEqual(count, 2, "two of the workspace")
            try expectEqual(try await shelf.ids(.equals("rank", 1)), ["a", "b"], "and no other")
        },
    ]

    static let pushing: [Self] = [
        .shelf("pushKeepsOrderAndTheLast") { shelf in
            try await shelf.put("a")
            try await shelf.change("a", .push("list", [1, "2"], keepLast: nil))
            try await shelf.change("a", .push("list", [["k": [true, .null]], .number(4.5)], keepLast: nil))
            try expectEqual(
                try await shelf.field("list", of: "a"),
                [1, "2", ["k": [true, .null]], .number(4.5)],
                "all"
            )
            try await shelf.change("a", .push("list", [5, 6], keepLast: 3))
            try expectEqual(try await shelf.field("list", of: "a"), [.number(4.5), 5, 6], "the last three")
            try await shelf.change("a", .push("list", [7, 8, 9, 10], keepLast: 2))
            try expectEqual(try await shelf.field("list", of: "a"), [9, 10], "even of the new ones")
            try await shelf.change("a", .push("list", [], keepLast: 1))
            try expectEqual(try await shelf.field("list", of: "a"), [10], "nothing pushed still trims")
        },
        .shelf("pullRemovesEveryEqualElement") { shelf in
            try await shelf.put("a", ["list": [1, "1", true, 1, .null, ["k": 1]], "text": "1"])
            try await shelf.change("a", .pull("list", 1))
            try expectEqual(try await shelf.field("list", of: "a"), ["1", true, .null, ["k": 1]], "numbers only")
            try await shelf.change("a", .pull("list", true), .pull("text", "1"), .pull("missing", 1))
            try expectEqual(try await shelf.field("list", of: "a"), ["1", .null, ["k": 1]], "the boolean")
            try expectEqual(try await shelf.field("text", of: "a"), "1", "what is no array stays")
            try expectEqual(try await shelf.field("missing", of: "a"), nil, "and nothing is made")
        },
        .shelf("pullObjectGoesByOneKey") { shelf in
            try await shelf.put("a", ["list": [["k": "x", "n": 1], ["k": "y"], ["k": "x"], "x", ["n": "x"]]])
            try await shelf.change("a", .pullObject("list", key: "k", value: "x"))
            try expectEqual(try await shelf.field("list", of: "a"), [["k": "y"], "x", ["n": "x"]], "both with x")
        },
    ]
}
