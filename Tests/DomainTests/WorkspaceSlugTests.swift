import Domain
import Testing

/// Ids of workspaces are made from their names (spec 01 §10, B8).
@Suite
struct WorkspaceSlugTests {
    @Test(arguments: [
        ("Acme", "acme"), ("  Acme & Söhne GmbH ", "acme-sohne-gmbh"), ("Łódź", "lodz"), ("東京", "dong-jing"),
        ("Straße 7", "strasse-7"), ("---", "workspace"), ("!?", "workspace"), ("a--b__c", "a-b-c"),
        ("🍋", "workspace"), ("../..", "workspace"), ("Ünïté\u{202E}", "unite"),
    ])
    func namesBecomeIDs(name: String, id: String) throws {
        #expect(WorkspaceSlug.candidates(for: name).first?.rawValue == id)
    }

    @Test(arguments: ["Acme", String(repeating: "x", count: 80), String(repeating: "ab ", count: 40), "🍋"])
    func everyCandidateIsAnIDOfItsOwn(name: String) throws {
        let candidates = WorkspaceSlug.candidates(for: name)
        #expect(candidates.count == 999)
        #expect(Set(candidates).count == 999)
        for candidate in candidates {
            #expect(WorkspaceID(candidate.rawValue) == candidate)
            #expect(candidate.rawValue.utf8.count <= 80)
        }
        #expect(candidates[1].rawValue.hasSuffix("-2"))
        #expect(candidates[998].rawValue.hasSuffix("-999"))
    }
}
