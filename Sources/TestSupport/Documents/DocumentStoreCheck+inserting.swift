import Documents
import Domain
import Foundation

extension DocumentStoreCheck {
    static let inserting: [Self] = [
        .shelf("aStoredDocumentComesBackByteForByte") { shelf in
            let bytes = Data(
                #"{"_id":"a","workspaceId":"w1","key":"a","name":"ä\/\u00e4","deep":{"n":1.50,"none":null,"big":9007199254740993}}"#
                    .utf8
            )
            try await shelf.store.insert(bytes, into: Shelf.schema)
            let found = try await shelf.store.find(Query(.equals("_id", "a")), in: Shelf.schema)
            let value = try JSONValue(parsing: try expectSome(found.first, "it is there"))
            try expectEqual(value, try JSONValue(parsing: bytes), "nothing is lost or changed")
        },
        .shelf("anIdIsTakenOnce") { shelf in
            try await shelf.put("a")
            try await expectRefusal(
                DocumentStoreError.self,
                "the second insert",
                matching: { $0 == .duplicate(index: "_id") }
            ) {
                try await shelf.put("a", ["key": "b", "name": "b"])
            }
            try expectEqual(try await shelf.field("key", of: "a"), "a", "the first stays")
        },
        .shelf("aDuplicateNamesItsIndex") { shelf in
            try await shelf.put("a", ["key": "same"])
            try await expectRefusal(
                DocumentStoreError.self,
                "the second insert",
                matching: { $0 == .duplicate(index: "workspace_key") }
            ) {
                try await shelf.put("b", ["key": "same"])
            }
            try await shelf.put("c", ["key": "same", "workspaceId": "w2"])
            try expectEqual(try await shelf.ids(.all), ["a", "c"], "another workspace has its own keys")
        },
        .shelf("anUpdateIntoADuplicateChangesNothing") { shelf in
            try await shelf.put("a")
            try await shelf.put("b")
            try await expectRefusal(
                DocumentStoreError.self,
                "the update",
                matching: { $0 == .duplicate(index: "workspace_key") }
            ) {
                try await shelf.change("b", .set("key", "a"), .set("rank", 5))
            }
            try expectEqual(try await shelf.field("key", of: "b"), "b", "the key stays")
            try expectEqual(try await shelf.field("rank", of: "b"), nil, "so does the rest")
        },
        .shelf("aPartialIndexCoversOnlyWhatMatches") { shelf in
            try await shelf.put("a", ["name": "n"])
            try await expectRefusal(
                DocumentStoreError.self,
                "the same name, both alive",
                matching: { $0 == .duplicate(index: "live_name") }
            ) {
                try await shelf.put("b", ["name": "n"])
            }
            try await shelf.change("a", .set("deletedAt", "2026-01-02T00:00:00.000Z"))
            try await shelf.put("b", ["name": "n"])
            try await expectRefusal(
                DocumentStoreError.self,
                "coming back to life",
                matching: { $0 == .duplicate(index: "live_name") }
            ) {
                try await shelf.change("a", .unset("deletedAt"))
            }
        },
        .shelf("whatIsNoObjectWithATextIdIsRefused") { shelf in
            for text in ["", "[]", "null", "{}", #"{"_id":1}"#, #"{"_id":"a""#, #""a""#, "\u{0}"] {
                try await expectRefusal(
                    DocumentStoreError.self,
                    "inserting \(text.debugDescription)",
                    matching: { if case .malformed = $0 { true } else { false } }
                ) {
                    try await shelf.store.insert(Data(text.utf8), into: Shelf.schema)
                }
            }
            try expectEqual(try await shelf.count(.all), 0, "nothing was kept")
        },
        .shelf("fourMebibytesFit") { shelf in
            let text = String(repeating: "é", count: 2_097_152)
            try await shelf.put("a", ["text": .string(text)])
            try await shelf.change("a", .set("rank", 1))
            try expect(try await shelf.field("text", of: "a") == .string(text), "the text is whole after an update")
        },
        .shelf("whatIsTooLargeIsRefusedAndChangesNothing") { shelf in
            let empty = try Shelf.document("a", ["text": ""]).count
            let room = DocumentLimits.maximumBytes - empty
            try await shelf.put("a", ["text": .string(String(repeating: "x", count: room))])
            try expectEqual(try await shelf.count(.all), 1, "the limit itself fits")
            let tooMuch = JSONValue.string(String(repeating: "x", count: room + 1))
            let isTooLarge: (DocumentStoreError) -> Bool = { if case .tooLarge = $0 { true } else { false } }
            try await expectRefusal(DocumentStoreError.self, "a byte more", matching: isTooLarge) {
                try await shelf.put("b", ["text": tooMuch])
            }
            try await shelf.put("c", ["rank": 1])
            let far = JSONValue.string(String(repeating: "x", count: DocumentLimits.maximumBytes))
            try await expectRefusal(DocumentStoreError.self, "an update", matching: isTooLarge) {
                try await shelf.change("c", .set("rank", 2), .set("text", far))
            }
            try expectEqual(try await shelf.field("rank", of: "c"), 1, "nothing changed")
            try expectEqual(try await shelf.ids(.all), ["a", "c"], "nothing came")
        },
        .shelf("whatNestsTooDeepIsRefusedAndChangesNothing") { shelf in
            func nested(_ levels: Int) -> JSONValue {
                (0..<levels).reduce(JSONValue.string("[{")) { inner, level in level % 2 == 0 ? [inner] : ["k": inner] }
            }
            // The document itself is one level.
            try await shelf.put("a", ["f": nested(DocumentLimits.maximumDepth - 1)])
            try expectEqual(
                try await shelf.field("f", of: "a"),
                nested(DocumentLimits.maximumDepth - 1),
                "the limit itself fits"
            )
            let isTooDeep: (DocumentStoreError) -> Bool = { $0 == DocumentLimits.tooDeep }
            try await expectRefusal(DocumentStoreError.self, "a level more", matching: isTooDeep) {
                try await shelf.put("b", ["f": nested(DocumentLimits.maximumDepth)])
            }
            try await expectRefusal(DocumentStoreError.self, "an update", matching: isTooDeep) {
                try await shelf.change("a", .set("g.h", nested(DocumentLimits.maximumDepth - 1)))
            }
            try expectEqual(try await shelf.ids(.missing("g")), ["a"], "nothing changed")
        },
        .shelf("namesOfMembersAreKeptWhateverTheyAre") { shelf in
            let names = [
                "$ref", "$", "a.b", ".", "0", "007", "%24", "%", "%t:x", "", "\u{0}", "a\u{0}b", "ü", " ", "__proto__",
            ]
            let strange = JSONValue.object(Dictionary(uniqueKeysWithValues: names.map { ($0, .string($0)) }))
            try await shelf.put("a", ["f": strange])
            try expectEqual(try await shelf.field("f", of: "a"), strange, "inserted")
            let after = try await shelf.change("a", .set("g", ["deep": strange]), .push("list", [strange], keepLast: 3))
            try expectEqual(after?["g"]?["deep"], strange, "set")
            try expectEqual(after?["list"], [strange], "pushed")
            try expectEqual(try await shelf.ids(.equals("f.0", "0")), ["a"], "digits are a name in a path, too")
            try expectEqual(try await shelf.ids(.equals("list.0", "0")), [], "and no place in an array")
        },
        .shelf("anUpsertInsertsOnceThenUpdates") { shelf in
            let filter = Filter.equals("workspaceId", "w1") && .equals("key", "k")
            for (id, rank) in [("a", JSONValue.null), ("b", 1), ("c", 2)] {
                let stored = try await shelf.store.upsert(
                    where: filter,
                    apply: Update(.increment("rank", 1)),
                    orInsert: try Shelf.document(id, ["key": "k"]),
                    in: Shelf.schema
                )
                let value = try JSONValue(parsing: stored)
                try expectEqual(value["_id"], "a", "the first stays")
                try expectEqual(value["rank"] ?? .null, rank, "an insert takes no update, an update no insert")
            }
        },
        .shelf("deletingTellsHowMany") { shelf in
            for id in ["a", "b", "c"] { try await shelf.put(id, ["workspaceId": id == "c" ? "w2" : "w1"]) }
            try expectEqual(try await shelf.delete(.equals("workspaceId", "w1")), 2, "both of the workspace")
            try expectEqual(try await shelf.delete(.equals("workspaceId", "w1")), 0, "none is left")
            try expectEqual(try await shelf.ids(.all), ["c"], "the other workspace keeps its own")
        },
        DocumentStoreCheck("preparingTwiceKeepsEverything") { store in
            let shelf = Shelf(store)
            try await shelf.put("a")
            try await store.prepare(Collections.all + [Shelf.schema])
            try expectEqual(try await shelf.ids(.all), ["a"], "the document is still there")
            try await store.ping()
        },
    ]
}
