import Documents
import Domain
import Logging
import Synchronization
import Testing

@testable import MongoDocuments

@Suite struct MongoAddressTests {
    @Test(arguments: [
        "", "mongodb://", "http://host/second", "host:27017/second", "mongodb://ho st/x?a=b&c", "redis://h/1",
    ])
    func whatIsNoAddressIsRefused(_ text: String) {
        #expect(throws: MongoAddress.Refusal.malformed) { try MongoAddress(text) }
    }

    @Test(arguments: ["mongodb://host", "mongodb://host/", "mongodb://host:27017/?replicaSet=rs0"])
    func anAddressNamesADatabase(_ text: String) {
        #expect(throws: MongoAddress.Refusal.noDatabase) { try MongoAddress(text) }
    }

    @Test func theDescriptionShowsHostsAndNoCredentials() throws {
        let word = "s3cret%2Fword"
        let address = try MongoAddress(
            "mongodb://someone:\(word)@a.example:27018,b.example/second?replicaSet=rs0&tls=true&authSource=admin"
        )
        #expect(address.database == "second")
        #expect(
            address.description
                == "mongodb://a.example:27018,b.example:27017/second, replica set rs0, TLS, with credentials"
        )
        for shown in ["\(address)", String(reflecting: address), "\([address])"] {
            #expect(!shown.contains("s3cret") && !shown.contains("someone"), "\(shown)")
        }
        let service = try MongoAddress("mongodb+srv://someone:\(word)@cluster.db.example/second")
        #expect(service.description == "mongodb+srv://cluster.db.example/second, TLS, with credentials")
    }

    @Test func credentialsAreTakenOutOfAnyText() {
        for (text, clean) in [
            ("to mongodb://u:p@h/d now", "to mongodb://<redacted>@h/d now"),
            ("mongodb+srv://u:p@h/d, mongodb://x:y@z", "mongodb+srv://<redacted>@h/d, mongodb://<redacted>@z"),
            ("mongodb://u:p/q@r@h/d", "mongodb://<redacted>@h/d"), ("mongodb://h/d", "mongodb://h/d"), ("", ""),
            ("a@b", "a@b"),
        ] {
            #expect(Credentials.stripped(from: text) == clean)
        }
    }

    @Test func nobodyAtTheAddressIsUnavailableSoonAndInOneLine() async throws {
        let address = try MongoAddress(
            "mongodb://someone:s3cret@127.0.0.1:1/second?directConnection=true&serverSelectionTimeoutMS=300"
        )
        let connection = try MongoConnection(address, threads: 1, logger: Logger(label: "mongo-tests"))
        let store = MongoDocumentStore(connection)
        do {
            try await store.ping()
            Issue.record("nobody is there")
        } catch DocumentStoreError.unavailable(let line) {
            #expect(line.hasPrefix("MongoDB cannot be used now: ") && !line.contains("\n") && !line.contains("s3cret"))
        }
        await #expect(throws: DocumentStoreError.self) { try await store.prepare(Collections.all) }
        await #expect(throws: DocumentStoreError.self) { try await store.changes(of: Collections.apps) }
        try await connection.close()
    }
}
