import Domain
import Testing

@testable import Application

@Suite("Rules about people's texts")
struct PeopleRulesTests {
    @Test(
        "what is known about a firm is kept tidy and short",
        arguments: [
            (nil, nil), ("", nil), (" \n ", nil), ("a\r\nb", "a\nb"), ("a\n\n\nb", "a\n\n\nb"),
            ("a\n\n\n\n\n\n\nb", "a\n\n\nb"), (" a ", "a"),
        ] as [(String?, String?)]
    )
    func contextIsKeptTidy(text: String?, expected: String?) {
        #expect(ContextText.normalized(text) == expected)
    }

    @Test("three thousand units are the limit, and no character is cut in two")
    func threeThousandUnits() {
        #expect(ContextText.normalized(String(repeating: "a", count: 3000))?.utf16.count == 3000)
        #expect(ContextText.normalized(String(repeating: "a", count: 3001))?.utf16.count == 3000)
        let emoji = ContextText.normalized("a" + String(repeating: "😀", count: 1500))
        #expect(emoji?.utf16.count == 2999)
        #expect(emoji?.hasSuffix("😀") == true)
    }

    @Test(
        "a generated name loses quotes and numbers",
        arguments: [
            ("\"Lead Tracker\"", "Lead Tracker"), ("Lead Tracker (2)", "Lead Tracker"), ("  A   b ", "A b"),
            ("“Café”", "Café"), ("x", nil), ("\"\"", nil), ("Tracker (beta)", "Tracker (beta)"),
            (String(repeating: "n", count: 81), nil),
        ] as [(String, String?)]
    )
    func aGeneratedNameIsCleaned(text: String, expected: String?) {
        #expect(AppDescriber.cleanName(text)?.rawValue == expected)
    }

    @Test("a generated description has 2 to 300 characters")
    func aGeneratedDescription() {
        #expect(AppDescriber.cleanDescription(" a\nb ") == "a b")
        #expect(AppDescriber.cleanDescription("a") == nil)
        #expect(AppDescriber.cleanDescription(String(repeating: "a", count: 300)) != nil)
        #expect(AppDescriber.cleanDescription(String(repeating: "a", count: 301)) == nil)
    }

    @Test(
        "an address has one @ and a dot inside its domain",
        arguments: [
            ("a@b.c", true), ("a@b.co.uk", true), ("@b.c", false), ("a@", false), ("a@b", false), ("a@b.", false),
            ("a@.b", false), ("a b@c.d", false), ("a@b@c.d", false), ("a\r\n@b.c", false), ("a\u{0}@b.c", false),
            (String(repeating: "a", count: 250) + "@b.c", true), (String(repeating: "a", count: 251) + "@b.c", false),
        ]
    )
    func anAddress(text: String, isValid: Bool) {
        #expect(IdentityForm.isValid(email: text) == isValid)
    }
}
