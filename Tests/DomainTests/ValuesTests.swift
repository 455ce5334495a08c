import Domain
import Foundation
import Testing

@Suite
struct ValuesTests {
    @Test(arguments: [
        ("64b1f0c2a9d3e4f5a6b7c8d9", true), (" 64B1F0C2A9D3E4F5A6B7C8D9\n", true), ("64b1f0c2a9d3e4f5a6b7c8d", false),
        ("64b1f0c2a9d3e4f5a6b7c8d9a", false), ("64b1f0c2a9d3e4f5a6b7c8dg", false), ("", false),
    ])
    func anIdHasTwentyFourHexadecimalCharacters(_ text: String, isValid: Bool) {
        #expect((App.ID(text) != nil) == isValid)
    }

    @Test
    func freshIdsAreWellFormedAndDiffer() {
        let one: App.ID = IdentifierSource.live.make()
        let two: App.ID = IdentifierSource.live.make()
        #expect(one != two)
        #expect(App.ID(one.rawValue) == one)
    }

    @Test(arguments: [
        ("acme", true), ("a", true), ("a-b", true), (" ACME ", true), ("-acme", false), ("acme-", false),
        ("ac_me", false),
        ("", false), (String(repeating: "a", count: 80), true), (String(repeating: "a", count: 81), false),
        ("ä", false),
    ])
    func aWorkspaceIdIsASlug(_ text: String, isValid: Bool) {
        #expect((WorkspaceID(text) != nil) == isValid)
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_769_847_300_250, "2026-01-31T08:15:00.250Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (1_709_164_799_001, "2024-02-28T23:59:59.001Z"), (1_709_164_800_000, "2024-02-29T00:00:00.000Z"),
            (1_735_689_599_999, "2024-12-31T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)]
    )
    func aTimestampReadsAndWritesTheSameText(_ milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).text == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "2024-01-01T00:00:00.000", "2024-01-01T00:00:00", "２024-01-01T00:00:00.0Z", "",
    ])
    func whatIsNoTimeIsNone(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test
    func aSecretShowsItselfToNobody() {
        let secret = Secret("sk-ant-very-secret")
        #expect("\(secret)" == "<redacted>")
        #expect(String(reflecting: secret) == "<redacted>")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("sk-ant"))
        #expect(secret.reveal() == "sk-ant-very-secret")
    }

    @Test
    func jsonKeepsIntegersApartFromFractions() throws {
        let value = try JSONValue(parsing: Data(#"{"a":1,"b":1.5,"c":true,"d":null,"e":["x"]}"#.utf8))
        #expect(value["a"] == .integer(1))
        #expect(value["b"] == .number(1.5))
        #expect(value["c"] == .bool(true))
        #expect(String(decoding: try value.encoded(), as: UTF8.self) == #"{"a":1,"b":1.5,"c":true,"d":null,"e":["x"]}"#)
    }
}
