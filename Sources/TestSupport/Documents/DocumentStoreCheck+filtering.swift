import Documents
import Domain

extension DocumentStoreCheck {
    /// One field `f`, one document for each kind of value.
    private static func kinds(_ name: String, _ body: @escaping @Sendable (Shelf) async throws -> Void) -> Self {
        .shelf(name) { shelf in
            for (id, value): (String, JSONValue) in [
                ("text", "1"), ("one", 1), ("half", .number(1.5)), ("yes", true), ("no", false), ("null", .null),
                ("zero", 0), ("empty", ""), ("list", ["1", 1, true]), ("object", ["k": "1"]),
            ] {
                try await shelf.put(id, ["f": value])
            }
            try await shelf.put("missing")
            try await body(shelf)
        }
    }

    static let filtering: [Self] = [
        .kinds("equalsKeepsKindsApart") { shelf in
            for (value, wanted): (JSONValue, [String]) in [
                ("1", ["text"]), (1, ["one"]), (.number(1), ["one"]), (.number(1.5), ["half"]), (true, ["yes"]),
                (false, ["no"]), (0, ["zero"]), ("", ["empty"]), (.null, ["missing", "null"]), ("nothing", []),
            ] {
                try expectEqual(
                    try await shelf.ids(.equals("f", value) && .notEquals("_id", "list")),
                    wanted,
                    "f = \(value)"
                )
            }
        },
        .kinds("notEqualsIsTheRest") { shelf in
            let all = try await shelf.ids(.all)
            for value: JSONValue in ["1", 1, true, .null] {
                let equal = try await shelf.ids(.equals("f", value))
                let rest = try await shelf.ids(.notEquals("f", value))
                try expectEqual((equal + rest).sorted(), all, "f = \(value) or not")
            }
        },
        .kinds("existsMeansThereAndNotNull") { shelf in
            try expectEqual(try await shelf.ids(.missing("f")), ["missing", "null"], "missing")
            try expectEqual(try await shelf.count(.exists("f")), 9, "exists")
        },
        .kinds("comparisonsStayWithinAKind") { shelf in
            try expectEqual(try await shelf.ids(.lessThan("f", 1)), ["zero"], "f < 1")
            try expectEqual(try await shelf.ids(.atMost("f", 1)), ["one", "zero"], "f <= 1")
            try expectEqual(try await shelf.ids(.greaterThan("f", 1)), ["half"], "f > 1")
            try expectEqual(try await shelf.ids(.atLeast("f", 1)), ["half", "one"], "f >= 1")
            let texts = Filter.greaterThan("f", "") && .exists("key") && .notEquals("_id", "object")
            try expectEqual(try await shelf.ids(texts && .notEquals("_id", "list")), ["text"], #"f > """#)
        },
        .kinds("inTakesAnyKindAndNothingOfNothing") { shelf in
            try expectEqual(try await shelf.ids(.isIn("f", [])), [], "of nothing")
            let wanted = ["missing", "no", "null", "one", "text"]
            try expectEqual(try await shelf.ids(.isIn("f", ["1", 1, false, .null])), wanted, "of four")
        },
        .kinds("containsLooksIntoArraysOnly") { shelf in
            for value: JSONValue in ["1", 1, true] {
                try expectEqual(try await shelf.ids(.contains("f", value)), ["list"], "f has \(value)")
            }
            for value: JSONValue in ["2", 2, false, .null] {
                try expectEqual(try await shelf.ids(.contains("f", value)), [], "f has \(value)")
            }
        },
        .shelf("containsObjectLooksAtOneKey") { shelf in
            try await shelf.put("a", ["f": [["k": "1", "x": 2], ["k": "3"]]])
            try await shelf.put("b", ["f": [["k": 1], "k", ["other": "3"]]])
            try await shelf.put("c", ["f": ["k": "3"]])
            try await shelf.put("d", ["f": "3"])
            try expectEqual(try await shelf.ids(.containsObject("f", key: "k", value: "3")), ["a"], "text")
            try expectEqual(try await shelf.ids(.containsObject("f", key: "k", value: 1)), ["b"], "number")
            try expectEqual(try await shelf.ids(.containsObject("f", key: "k", value: true)), [], "no boolean")
        },
        .shelf("dottedPathsReachInside") { shelf in
            try await shelf.put("a", ["deep": ["er": ["est": "x"]]])
            try await shelf.put("b", ["deep": ["er": "x"]])
            try await shelf.put("c", ["deep.er.est": "x"])
            try expectEqual(try await shelf.ids(.equals("deep.er.est", "x")), ["a"], "three levels")
            try expectEqual(try await shelf.ids(.missing("deep.er.est")), ["b", "c"], "a dot in a name is no path")
        },
        .shelf("andOrNest") { shelf in
            for (id, rank): (String, JSONValue) in [("a", 1), ("b", 2), ("c", 3), ("d", 4)] {
                try await shelf.put(id, ["rank": rank])
            }
            let filter =
                (Filter.equals("rank", 1) || .equals("rank", 2) || .equals("rank", 4))
                && (.greaterThan("rank", 1) && .notEquals("rank", 4))
            try expectEqual(try await shelf.ids(filter), ["b"], "and binds what or offers")
            try expectEqual(try await shelf.ids(.and([])), ["a", "b", "c", "d"], "no condition holds")
            try expectEqual(try await shelf.ids(.or([])), [], "no alternative does not")
        },
        .shelf("textIsComparedByItsBytes") { shelf in
            // Composed and decomposed, upper and lower case, and an emoji beyond the basic plane.
            for (id, text) in [
                ("nfc", "\u{e9}"), ("nfd", "e\u{301}"), ("upper", "E"), ("emoji", "😀"), ("bmp", "\u{ff5e}"),
            ] {
                try await shelf.put(id, ["rank": .string(text)])
            }
            try expectEqual(try await shelf.ids(.equals("rank", "\u{e9}")), ["nfc"], "no normalising")
            try expectEqual(try await shelf.ids(.equals("rank", "e")), [], "no folding")
            let order = try await shelf.ids(.all, sort: [.ascending("rank"), .ascending("_id")])
            try expectEqual(order, ["upper", "nfd", "nfc", "bmp", "emoji"], "UTF-8 order")
        },
        .shelf("workspacesDoNotSeeEachOther") { shelf in
            for workspace in ["w1", "w2"] {
                for id in ["a", "b"] {
                    try await shelf.put("\(workspace)-\(id)", ["workspaceId": .string(workspace), "key": .string(id)])
                }
            }
            let mine = Filter.equals("workspaceId", "w2")
            try expectEqual(try await shelf.ids(mine), ["w2-a", "w2-b"], "find")
            try expectEqual(try await shelf.count(mine && .equals("key", "a")), 1, "count")
            try expectEqual(try await shelf.change("w1-a", where: mine, .set("rank", 1)), nil, "update")
            try expectEqual(try await shelf.delete(mine && .equals("_id", "w1-a")), 0, "delete")
        },
    ]
}
