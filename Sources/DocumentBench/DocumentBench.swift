import Documents
import Domain
import Foundation
import Logging
import MongoDocuments
import SQLiteDocuments

/// `DocumentBench FILE|mongodb://… COUNT WRITERS`: writes so many documents and watches them arrive; prints figures as JSON.
///
/// Writers and watcher have a connection each to a database server, as two webs have. In the embedded shape both are in one
/// process by nature, and share the store. No route does this, so the document-store port itself is measured.
@main
struct DocumentBench {
    private static let documents = CollectionSchema("bench_documents", indexes: [])

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let place = arguments.first, let writers = arguments.last.flatMap({ Int($0) }), arguments.count == 3,
            let count = Int(arguments[arguments.startIndex + 1])
        else { throw Wrong(description: "DocumentBench FILE|mongodb://... COUNT WRITERS") }
        let figures = try await Self.withStores(place) { written, watched in
            try await Self.measure(count: count, writers: writers, written: written, watched: watched)
        }
        FileHandle.standardOutput.write(try JSONEncoder().encode(figures) + Data("\n".utf8))
    }

    private static func measure(
        count: Int,
        writers: Int,
        written: any DocumentStore,
        watched: any DocumentStore
    ) async throws -> Sightings.Figures {
        try await written.prepare([Self.documents])
        let sightings = Sightings(count: count)
        let changes = try await watched.changes(of: Self.documents)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            // The watcher ends with the last document, the writers with theirs; one that fails ends all of them here.
            group.addTask {
                for await change in changes where try await sightings.see(change) { return }
                throw Wrong(description: "The stream of changes ended early")
            }
            for writer in 0..<writers {
                group.addTask {
                    for number in stride(from: writer, to: count, by: writers) {
                        await sightings.begin(number)
                        try await written.insert(Self.document(number), into: Self.documents)
                        await sightings.finish(number)
                    }
                }
            }
            // Not `waitForAll`, which would wait for a watcher that never sees what a failed writer did not write.
            while try await group.next() != nil {}
            return await sightings.figures
        }
    }

    /// About half a kilobyte.
    private static func document(_ number: Int) throws -> Data {
        try DocumentCoding.encode(Note(id: "\(number)", number: number, text: String(repeating: "word ", count: 90)))
    }

    private static func withStores<Result: Sendable>(
        _ place: String,
        _ body: @Sendable (_ written: any DocumentStore, _ watched: any DocumentStore) async throws -> Result
    ) async throws -> Result {
        guard place.hasPrefix("mongodb://") else {
            let store = try SQLiteDocumentStore(file: URL(fileURLWithPath: place))
            return try await body(store, store)
        }
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let connections =
            try [MongoConnection(MongoAddress(place), logger: logger)]
            + [MongoConnection(MongoAddress(place), logger: logger)]
        let result = try await body(MongoDocumentStore(connections[0]), MongoDocumentStore(connections[1]))
        for connection in connections { try await connection.close() }
        return result
    }
}

/// What is written.
struct Note: Codable {
    let id: String
    let number: Int
    let text: String

    enum CodingKeys: String, CodingKey {
        case id = "_id"
        case number, text
    }
}

/// An answer that must not be.
struct Wrong: Error, CustomStringConvertible {
    let description: String
}
