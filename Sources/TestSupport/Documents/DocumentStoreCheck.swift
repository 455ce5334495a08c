package import Documents

/// One promise of the document-store port; every engine keeps all of them.
///
/// `all` runs against a fresh, empty store for each check.
package struct DocumentStoreCheck: Sendable, CustomStringConvertible {
    package let name: String
    private let body: @Sendable (any DocumentStore) async throws -> Void

    init(_ name: String, _ body: @escaping @Sendable (any DocumentStore) async throws -> Void) {
        self.name = name
        self.body = body
    }

    package var description: String { self.name }

    /// - Throws: `BrokenPromise`, or what the store threw.
    package func run(on store: any DocumentStore) async throws {
        try await store.prepare(Collections.all + [Shelf.schema])
        try await self.body(store)
    }

    package static let all =
        declaring + inserting + filtering + ordering + updating + pushing + racing + watching + hostile

    /// A check over the shelf.
    static func shelf(_ name: String, _ body: @escaping @Sendable (Shelf) async throws -> Void) -> Self {
        Self(name) { store in try await body(Shelf(store)) }
    }
}
