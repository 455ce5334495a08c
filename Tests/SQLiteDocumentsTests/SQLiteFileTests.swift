import Documents
import Domain
import Foundation
import SQLiteDocuments
import TestSupport
import Testing

/// The same promises on a file, and what only a file can break.
@Suite struct SQLiteFileTests {
    private func withFolder(_ body: (URL) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("documents-\(IdentifierSource.live.token())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            // The system empties its temporary folder if this fails.
            try? FileManager.default.removeItem(at: folder)
        }
        try await body(folder)
    }

    @Test(arguments: DocumentStoreCheck.all)
    func keepsItsPromiseOnDisk(_ check: DocumentStoreCheck) async throws {
        try await self.withFolder { folder in
            try await check.run(on: SQLiteDocumentStore(file: folder.appendingPathComponent("second.sqlite")))
        }
    }

    @Test func whatWasWrittenIsThereAfterReopening() async throws {
        try await self.withFolder { folder in
            let file = folder.appendingPathComponent("second.sqlite")
            for round in 0..<2 {
                let store = try SQLiteDocumentStore(file: file)
                try await store.prepare(Collections.all)
                let document = Data(#"{"_id":"\#(round)","slug":"s\#(round)"}"#.utf8)
                try await store.insert(document, into: Collections.workspaces)
                #expect(try await store.count(where: .all, in: Collections.workspaces) == round + 1)
            }
        }
    }

    @Test func nobodyElseMayReadTheFiles() async throws {
        try await self.withFolder { folder in
            let store = try SQLiteDocumentStore(file: folder.appendingPathComponent("second.sqlite"))
            try await store.prepare(Collections.all)
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                let path = folder.appendingPathComponent(name).path
                let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
                #expect(mode == 0o600, "\(name)")
            }
        }
    }

    @Test func aFolderThatIsNotThereIsOneClearError() async throws {
        try await self.withFolder { folder in
            #expect(throws: DocumentStoreError.unavailable("The database file cannot be opened or made.")) {
                try SQLiteDocumentStore(file: folder.appendingPathComponent("missing/second.sqlite"))
            }
        }
    }

    @Test func aFileThatIsNoDatabaseIsOneClearErrorAndStays() async throws {
        try await self.withFolder { folder in
            let file = folder.appendingPathComponent("second.sqlite")
            let bytes = Data(repeating: 0x41, count: 8192)
            try bytes.write(to: file)
            await #expect(throws: DocumentStoreError.self) {
                try await SQLiteDocumentStore(file: file).prepare(Collections.all)
            }
            #expect(try Data(contentsOf: file) == bytes)
        }
    }

    @Test func expiredDocumentsAreSwept() async throws {
        let schema = CollectionSchema(
            "check_sessions",
            indexes: [.init("expires", [.ascending("expiresAt")], expiresAfterSeconds: 60)]
        )
        let store = try SQLiteDocumentStore.temporary()
        try await store.prepare([schema])
        let now = Timestamp(milliseconds: 1_800_000_000_000)
        for (id, age) in [("old", 61), ("edge", 60), ("young", 59)] {
            let time = now.adding(.seconds(-age)).text
            try await store.insert(Data(#"{"_id":"\#(id)","expiresAt":"\#(time)"}"#.utf8), into: schema)
        }
        try await store.insert(Data(#"{"_id":"never"}"#.utf8), into: schema)
        try await store.sweepExpired([schema], now: now)
        let left = try await store.find(Query(.all, sort: [.ascending("_id")]), in: schema)
        #expect(try left.map { try JSONValue(parsing: $0)["_id"] } == ["never", "young"])
    }
}
