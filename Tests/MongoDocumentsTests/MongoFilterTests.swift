import Documents
import Domain
import Testing

@testable import MongoDocuments

/// What goes over the wire: values stand where values stand, operators are ours alone.
@Suite struct MongoFilterTests {
    private let schema = CollectionSchema("things", indexes: [.init("w", [.ascending("w"), .descending("c")])])

    private func bson(_ filter: Filter) throws -> BSON { try MongoFilter(filter, of: self.schema).bson }

    @Test func indexedFieldsStayBareAndOthersAreNoArrays() throws {
        #expect(
            try self.bson(.text("w", "x") && .text("f", "y")) == ["w": "x", "f": ["$eq": "y", "$not": ["$type": 4]]]
        )
        #expect(
            try self.bson(.text("a.b", "y"))
                == ["a.b": ["$eq": "y", "$not": ["$type": 4]], "a": ["$not": ["$type": 4]]]
        )
    }

    @Test func theIDStandsInFrontAndASecondConditionOnAFieldIsKept() throws {
        #expect(
            try self.bson(.text("w", "x") && .text("_id", "1") && .notEquals("w", "z"))
                == ["_id": "1", "w": "x", "$and": [["w": ["$ne": "z"]]]]
        )
    }

    @Test func aTextIsNeverAnOperator() throws {
        for text in ["$where", "{\"$gt\":\"\"}", "$w", "$$ROOT", "\u{0}$ne"] {
            for filter: Filter in [
                .equals("w", .string(text)), .notEquals("w", .string(text)), .isIn("w", [.string(text)]),
                .atLeast("w", .string(text)), .contains("w", .string(text)),
                .containsObject("w", key: "k", value: .string(text)),
            ] {
                #expect(Self.names(in: try self.bson(filter)).allSatisfy { !$0.contains(text) })
            }
        }
    }

    @Test func anObjectIsNoValueOfAFilter() {
        let attack: JSONValue = ["$gt": ""]
        for filter: Filter in [
            .equals("w", attack), .notEquals("w", attack), .equals("f", attack), .isIn("w", [attack]),
            .lessThan("w", attack),
            .contains("w", attack), .containsObject("w", key: "k", value: attack), .equals("w", [attack]),
        ] {
            #expect(throws: DocumentStoreError.self, "\(filter)") { try self.bson(filter) }
        }
    }

    @Test func pathsAndKeysAreNoOperators() {
        for path in ["$where", "a.$b", "$", "a..b", ""] {
            #expect(throws: DocumentStoreError.self) { try self.bson(.text(FieldPath(path), "x")) }
            #expect(throws: DocumentStoreError.self) { try self.bson(.containsObject("w", key: path, value: "x")) }
            #expect(throws: DocumentStoreError.self) { try self.bson(.or([.text(FieldPath(path), "x"), .all])) }
        }
    }

    @Test func anUpdateStoresOperatorsAsNames() throws {
        let expiring = ExpiringFields(self.schema)
        let attack: JSONValue = ["$inc": ["admin": 1], "a.b": ["$$NOW": "$w"]]
        let stored: BSON = ["%24inc": ["admin": 1], "a%2Eb": ["%24$NOW": "$w"]]
        #expect(
            try MongoUpdate(Update(.set("f", attack), .push("l", [attack], keepLast: nil)), expiring: expiring).bson
                == ["$set": ["f": stored], "$push": ["l": ["$each": [stored]]]]
        )
        // In a pipeline a text that begins with a dollar would be a path.
        let pipeline = try MongoUpdate(Update(.set("f", "$w"), .pull("l", "$w")), expiring: expiring).bson
        #expect(pipeline?.array?.first?["$set"]?["f"] == ["$literal": "$w"])
        #expect(try MongoUpdate(Update(), expiring: expiring).bson == nil)
    }

    private static func names(in value: BSON) -> [String] {
        switch value {
        case .document(let members): members.flatMap { [$0.name] + self.names(in: $0.value) }
        case .array(let items): items.flatMap { self.names(in: $0) }
        default: []
        }
    }
}
