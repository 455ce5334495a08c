import Documents
import Domain
import Foundation
import SQLiteDocuments

/// A data folder with more than one person would make by hand: some workspaces with apps, revisions, blobs and runs.
struct Warehouse {
    static let workspaces = 3
    static let apps = 4
    static let revisions = 10
    static let blobs = 100

    /// How many documents a full house has, by collection.
    static let counts = [
        Collections.workspaces.name: Self.workspaces,
        Collections.apps.name: Self.workspaces * Self.apps,
        Collections.revisions.name: Self.workspaces * Self.apps * Self.revisions,
        Collections.blobs.name: Self.workspaces * Self.blobs,
        Collections.runs.name: Self.workspaces * Self.apps,
        Collections.attachments.name: Self.workspaces * Self.apps * 2,
    ]

    let store: SQLiteDocumentStore
    private var next = 0

    /// The store of a data folder in which nothing runs.
    init(in folder: URL) throws {
        self.store = try SQLiteDocumentStore(file: folder.appendingPathComponent("second.sqlite"))
    }

    mutating func fill() async throws {
        try await self.store.prepare(Collections.all)
        for number in 0..<Self.workspaces {
            let workspace = self.id()
            try await self.store(Collections.workspaces, ["_id": workspace, "slug": .string("house-\(number)")])
            for blob in 0..<Self.blobs {
                // The largest of them as large as a file of an app may be; nothing of it compresses to nothing.
                let text = (0..<(blob % 10 == 0 ? 24_000 : 20 * blob)).map { String($0 &* 2_654_435_761, radix: 36) }
                try await self.store(
                    Collections.blobs,
                    [
                        "_id": self.id(), "workspaceId": workspace, "hash": .string("sha256:\(number)-\(blob)"),
                        "content": .string(text.joined(separator: "\n")),
                    ]
                )
            }
            for app in 0..<Self.apps { try await self.fill(app, in: workspace) }
        }
    }

    private mutating func fill(_ number: Int, in workspace: JSONValue) async throws {
        let app = self.id()
        let place: [String: JSONValue] = ["workspaceId": workspace, "appId": app]
        try await self.store(
            Collections.apps,
            [
                "_id": app, "workspaceId": workspace, "nameNormalized": .string("app \(number)"),
                "createdAt": "2026-11-01T00:00:00.000Z", "note": "Zoë's „größte“ 🍋 \u{1}\u{7f} \"quoted\\\"",
            ]
        )
        for revision in 1...Self.revisions {
            try await self.store(
                Collections.revisions,
                place.merging([
                    "_id": self.id(), "number": .integer(Int64(revision)),
                    "files": .array([
                        ["path": "a/b.ts", "size": 0], ["path": "dot.key", "a.b": .number(1.5), "nothing": .null],
                    ]),
                ]) { _, new in new }
            )
        }
        try await self.store(
            Collections.runs,
            place.merging([
                "_id": self.id(), "status": "completed", "createdAt": "2026-11-01T00:00:00.000Z",
                "messages": .array((0..<50).map { ["id": .string("m\($0)"), "at": .number(Double($0) / 3)] }),
            ]) { _, new in new }
        )
        for part in 0..<2 {
            try await self.store(
                Collections.attachments,
                place.merging(["_id": self.id(), "attachmentId": "one", "part": .integer(Int64(part))]) { _, new in new
                }
            )
        }
    }

    /// In an order that has nothing to do with that of insertion.
    private mutating func id() -> JSONValue {
        self.next += 1
        let scrambled = UInt64(self.next) &* 0x9E37_79B9_7F4A_7C15
        let digits = String(scrambled, radix: 16)
        return .string("aaaaaaaa" + String(repeating: "0", count: 16 - digits.count) + digits)
    }

    private func store(_ collection: CollectionSchema, _ document: [String: JSONValue]) async throws {
        try await self.store.insert(try JSONValue.object(document).encoded(), into: collection)
    }
}
