import Documents
import Domain
import SQLiteDocuments
import Testing

/// A name of which all thousand forms are taken (spec 02 §3.2); on one engine, because it takes a thousand apps.
@Suite struct AppNameTests {
    @Test func whenAllNumbersAreTakenTheTimeIsTheNumber() async throws {
        let store = try SQLiteDocumentStore.temporary()
        try await store.prepare(Collections.all)
        let apps = AppRepository(store: store)
        let name = try #require(AppName("CRM"))
        var app = App(
            id: IdentifierSource.live.make(),
            workspaceID: try #require(WorkspaceID("acme")),
            createdByUserID: IdentifierSource.live.make(),
            name: name,
            isNamedByPerson: false,
            prompt: nil,
            runtime: .standard,
            createdAt: Timestamp(milliseconds: 1_700_000_000_000)
        )
        for number in 0...999 {
            var taken = app
            taken.id = IdentifierSource.live.make()
            taken.name = number == 0 ? "CRM" : name.numbered(number).rawValue
            taken.nameNormalized = taken.name.lowercased()
            try await store.insert(try DocumentCoding.encode(taken), into: Collections.apps)
        }
        app = try await apps.insert(app)
        #expect(app.name == "CRM loyw3v28")
        let other = try #require(AppName("Other"))
        let scope = AppScope(workspaceID: app.workspaceID, appID: app.id)
        _ = try await apps.rename(scope, to: other, byPerson: true, at: app.createdAt)
        let later = app.createdAt.adding(.seconds(1))
        #expect(try await apps.rename(scope, to: name, byPerson: true, at: later)?.name == "CRM loyw3vu0")
    }
}
