import Documents
import Domain
import Foundation

extension RepositoryCheck {
    static let blobs: [Self] = [
        RepositoryCheck("blobsOfAnySizeComeBackToTheirOwnerOnly") { store in
            let blobs = BlobRepository(store: store)
            let app = try Self.app(1)
            for size in [
                0, 1, BlobRepository.partBytes, BlobRepository.partBytes + 1, 2 * BlobRepository.partBytes + 7,
            ] {
                let content = Self.content(size)
                let hash = try await blobs.put(content, of: .app(app))
                try expectEqual(try await blobs.put(content, of: .app(app)), hash, "twice is once")
                try expectEqual(hash, ContentHash(of: content), "its name is its hash")
                try expect(try await blobs.get(hash, of: .app(app)) == content, "\(size) bytes come back")
                for stranger in [
                    .app(try Self.app(2)), .app(try Self.app(1, in: "other")),
                    try Self.session(.claudeCode, of: try Self.app(1)),
                ] as [BlobRepository.Owner] {
                    try expectEqual(try await blobs.get(hash, of: stranger), nil, "not for \(stranger)")
                }
            }
        },
        RepositoryCheck("anAppsContentsGoWithItAndNobodyElses") { store in
            let blobs = BlobRepository(store: store)
            let content = Self.content(BlobRepository.partBytes + 1)
            let gone = try Self.app(1)
            let owners: [BlobRepository.Owner] = [
                .app(gone), try Self.session(.claudeCode, of: gone), .app(try Self.app(2)),
                .app(try Self.app(1, in: "other")),
            ]
            for owner in owners { try await blobs.put(content, of: owner) }
            try await blobs.deleteAll(of: gone)
            for (owner, isThere) in zip(owners, [false, false, true, true]) {
                try expectEqual(
                    try await blobs.get(ContentHash(of: content), of: owner) == content,
                    isThere,
                    "\(owner)"
                )
            }
            let documents = try await store.count(where: .ofApp(gone), in: Collections.blobs)
            try expectEqual(documents, 0, "not a part of it stays")
        },
        RepositoryCheck("aSessionKeepsItsLastTranscriptOnly") { store in
            let blobs = BlobRepository(store: store)
            let app = try Self.app(1)
            let run = RunScope(workspaceID: app.workspaceID, appID: app.appID, runID: try Sample.id(5))
            let owner = BlobRepository.Owner.session(.claudeCode, run)
            let other = BlobRepository.Owner.session(.codex, run)
            let first = Self.content(BlobRepository.partBytes + 10)
            let second = first + Data("and more".utf8)
            // A file of the app with the very bytes of a transcript, as a curious agent could write it.
            try await blobs.put(first, of: .app(app))
            try await blobs.put(first, of: other)
            try await blobs.put(first, of: owner)
            try await blobs.put(second, of: owner)
            try await blobs.deleteAll(of: .claudeCode, in: run, except: second)
            try expect(try await blobs.get(ContentHash(of: second), of: owner) == second, "the last one is whole")
            try expectEqual(try await blobs.get(ContentHash(of: first), of: owner), nil, "the one before is gone")
            try expect(try await blobs.get(ContentHash(of: first), of: .app(app)) == first, "the file stays")
            try expect(try await blobs.get(ContentHash(of: first), of: other) == first, "so does another agent's")
            let documents = try await store.count(
                where: .ofApp(app) && .text("session", "\(run.runID)/claude-code"),
                in: Collections.blobs
            )
            try expectEqual(documents, 3, "the transcript and its two parts, of which the first is shared")
        },
        RepositoryCheck("contentsThatWereKeptPerWorkspaceAreStillRead") { store in
            let blobs = BlobRepository(store: store)
            let app = try Self.app(1)
            let content = Data("old".utf8)
            let hash = ContentHash(of: content)
            let document: JSONValue = [
                "_id": .string("\(app.workspaceID):\(hash)"), "workspaceId": .string(app.workspaceID.rawValue),
                "hash": .string(hash.rawValue), "size": 3, "content": .string(content.base64EncodedString()),
            ]
            try await store.insert(document.encoded(), into: Collections.blobs)
            try expect(try await blobs.get(hash, of: .app(app)) == content, "it is there")
            try expectEqual(try await blobs.get(hash, of: .app(try Self.app(1, in: "other"))), nil, "not elsewhere")
            try await blobs.put(content, of: .app(app))
            try expect(try await blobs.get(hash, of: .app(app)) == content, "and may be written again")
        },
    ]

    private static func app(_ number: Int, in workspace: String = "acme") throws -> AppScope {
        AppScope(workspaceID: try Sample.workspace(workspace), appID: try Sample.id(number))
    }

    private static func session(_ runtime: RuntimeID, of app: AppScope) throws -> BlobRepository.Owner {
        .session(runtime, RunScope(workspaceID: app.workspaceID, appID: app.appID, runID: try Sample.id(5)))
    }

    private static func content(_ size: Int) -> Data {
        Data((0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 9) })
    }
}
