package import Documents
import Domain

/// One promise of the repositories, to be kept on every engine.
///
/// `all` runs against a fresh, empty store for each check.
package struct RepositoryCheck: Sendable, CustomStringConvertible {
    package let name: String
    private let body: @Sendable (any DocumentStore) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (any DocumentStore) async throws -> Void) {
        self.name = name
        self.body = body
    }

    package var description: String { self.name }

    /// - Throws: `BrokenPromise`, or what the store threw.
    package func run(on store: any DocumentStore) async throws {
        try await store.prepare(Collections.all)
        try await self.body(store)
    }

    package static let all = people + apps + contents + blobs + runLife + runRefusals + runBounds
}

/// Ids and moments for these checks.
enum Sample {
    static func id<Entity>(_ number: Int, of entity: Entity.Type = Entity.self) throws -> Identifier<Entity> {
        let digits = String(number, radix: 16)
        return try expectSome(Identifier(String(repeating: "0", count: 24 - digits.count) + digits), "an id")
    }

    static func workspace(_ slug: String) throws -> Workspace.ID {
        try expectSome(WorkspaceID(slug), "a workspace id")
    }

    static func moment(_ seconds: Int = 0) -> Timestamp {
        Timestamp(milliseconds: 1_800_000_000_000).adding(.seconds(seconds))
    }

    static func app(_ number: Int, name: String, in slug: String = "acme", at seconds: Int = 0) throws -> App {
        App(
            id: try Self.id(number),
            workspaceID: try Self.workspace(slug),
            createdByUserID: try Self.id(1),
            name: try expectSome(AppName(name), "a name"),
            isNamedByPerson: false,
            prompt: nil,
            runtime: .standard,
            createdAt: Self.moment(seconds)
        )
    }

    static func scope(of app: App) -> AppScope { AppScope(workspaceID: app.workspaceID, appID: app.id) }
}
