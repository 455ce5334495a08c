import Documents
import Domain
import Foundation
import SQLiteDocuments
import Subprocess
import TestServers
import Testing

/// The way from one machine's folder to a database server and back, as an operator goes it: with the built binary, with
/// accidents in the middle.
@Suite(
    .serialized,
    .enabled(if: Desk.hasServer && MongoServer.isWanted, "SecantusDB, Claude Code or the server is not there.")
)
struct MigrateJourney {
    @Test(.timeLimit(.minutes(4)))
    func aHouseMovesToADatabaseAndBackThroughAccidents() async throws {
        let (house, conversation, cookies) = try await Self.house()
        let back = try SecondServer.freshDataFolder("migrate-back")
        try await MongoServer.with { database in
            // Out, killed in the middle of the largest collection.
            let out = Self.migrate(from: house.path, to: "mongodb", database)
            let killed = try await out.run(sending: SIGKILL, at: "blobs: copied 96 of")
            #expect(killed.status == .signaled(SIGKILL), "\(killed.text)")
            let resumed = try await out.run()
            #expect(resumed.status == .exited(0), "\(resumed.text)")
            let there = Self.proof(resumed)
            #expect(resumed.lines.last == "Both sides hold the same.")
            try Self.expectFullHouse(there)
            let blobs = try #require(there["blobs"])
            #expect((1...blobs.count - 96).contains(blobs.copied), "The rest was copied, and only the rest: \(blobs)")

            // Again: everything is there, and proved to be.
            let idle = Self.proof(try await out.run())
            #expect(idle.values.allSatisfy { $0.copied == 0 })
            #expect(idle.mapValues(\.digest) == there.mapValues(\.digest))

            // Back into a new folder, interrupted like with Ctrl-C, first while copying and then while comparing.
            let home = Self.migrate(from: "mongodb", to: back.path, database)
            for mark in ["source_revisions: copied 64 of", "blobs: compared 64 of"] {
                let stopped = try await home.run(sending: SIGINT, at: mark)
                #expect(stopped.status != .exited(0), "\(stopped.text)")
            }
            let ended = try await home.run()
            #expect(ended.status == .exited(0), "\(ended.text)")
            let here = Self.proof(ended)
            #expect(here.mapValues(\.count) == there.mapValues(\.count))
            #expect(here.mapValues(\.digest) == there.mapValues(\.digest))

            try await Self.expectStrangersAreSafe(database)
        }
        // With the secret carried over the same person finds the same conversation.
        try FileManager.default.copyItem(
            at: house.appendingPathComponent("session-secret"),
            to: back.appendingPathComponent("session-secret")
        )
        try await SecondServer(dataFolder: back, environment: [:], arguments: ["--demo"]).run { running in
            let run = try await conversation.snapshot(by: Visitor(running.url, cookies: cookies))
            #expect(run["messages"]?.array?.isEmpty == false, "\(run)")
            let busy = try await SecondCommand(arguments: ["migrate", "--from", back.path, "--to", house.path]).run()
            #expect(busy.status == .exited(1))
            #expect(busy.text == "second: Another Second is running on the data folder \(back.path).")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func whatCannotBeMovedIsSaidInOneSentence() async throws {
        let nowhere = "/tmp/second-nowhere-\(IdentifierSource.live.token(bytes: 4))"
        let folder = try SecondServer.freshDataFolder("migrate-errors")
        var warehouse = try Warehouse(in: folder)
        try await warehouse.fill()
        let unreachable = "mongodb://ada:hush@127.0.0.1:1/second?directConnection=true&serverSelectionTimeoutMS=300"
        for (from, to, uri, words) in [
            (nowhere, folder.path, nil, "There is no Second in the folder \(nowhere)."),
            (folder.path, "mongodb", nil, "MONGODB_URI is not set; it says where the database is."),
            (folder.path, "mongodb", "mongodb://ada:hush@host", "must name a database after the hosts"),
            (folder.path, "mongodb", "postgres://ada:hush@host/second", "must start with mongodb://"),
            (folder.path, "mongodb", unreachable, "Run this again when that is mended"),
            (folder.path, "mongodb://u:hush@h/", nil, "must name a database after the hosts"),
            (folder.path, folder.path, nil, "Both sides are \(folder.path); nothing was copied."),
        ] as [(String, String, String?, String)] {
            let command = SecondCommand(
                arguments: ["migrate", "--from", from, "--to", to],
                environment: uri.map { ["MONGODB_URI": $0] } ?? [:]
            )
            let ended = try await command.run()
            #expect(ended.status == .exited(1), "\(ended.text)")
            #expect(ended.lines.contains { $0.hasPrefix("second: ") } && ended.text.contains(words), "\(ended.text)")
            #expect(!ended.text.contains("hush"), "\(ended.text)")
        }
        #expect(!FileManager.default.fileExists(atPath: nowhere), "Asking for a folder does not make it.")
    }

    // MARK: - What moves

    /// A house with a conversation that a person had through the server, and more than one person would make.
    private static func house() async throws -> (URL, Conversation, [String: String]) {
        let folder = try SecondServer.freshDataFolder("migrate")
        let server = SecondServer(dataFolder: folder, environment: [:], arguments: ["--demo"])
        let (conversation, cookies) = try await server.run { running in
            let person = Visitor(running.url)
            let conversation = try await person.makeApp("Build a lead tracker for our sales team")
            try await conversation.send("Build a lead tracker for our sales team", id: "m1", by: person)
            return (conversation, person.cookies)
        }
        var warehouse = try Warehouse(in: folder)
        try await warehouse.fill()
        return (folder, conversation, cookies)
    }

    private static func expectFullHouse(_ proof: [String: Moved]) throws {
        #expect(Set(proof.keys) == Set(Collections.all.map(\.name)))
        for (collection, count) in Warehouse.counts {
            let moved = try #require(proof[collection])
            #expect(moved.count >= count, "\(collection)")
            #expect(moved.digest.count == 64)
        }
        #expect(try #require(proof["agent_runs"]).count == Warehouse.workspaces * Warehouse.apps + 1)
    }

    /// A folder with somebody else's things in it stays as it is, in whatever direction.
    private static func expectStrangersAreSafe(_ database: MongoServer) async throws {
        let folder = try SecondServer.freshDataFolder("migrate-stranger")
        let store = try SQLiteDocumentStore(file: folder.appendingPathComponent("second.sqlite"))
        try await store.prepare(Collections.all)
        try await store.insert(
            Data(#"{"_id":"ffffffffffffffffffffffff","slug":"theirs"}"#.utf8),
            into: Collections.workspaces
        )
        for (from, to) in [("mongodb", folder.path), (folder.path, "mongodb")] {
            let refused = try await Self.migrate(from: from, to: to, database).run()
            #expect(refused.status == .exited(1))
            #expect(refused.text.contains("already holds something else"), "\(refused.text)")
            #expect(refused.text.contains("Nothing was written."))
        }
        var counts: [Int] = []
        for collection in Collections.all { try await counts.append(store.count(where: .all, in: collection)) }
        #expect(counts.reduce(0, +) == 1)
    }

    // MARK: - What is told

    struct Moved: Sendable {
        var count: Int
        var copied: Int
        var digest: String
    }

    private static func migrate(from: String, to: String, _ database: MongoServer) -> SecondCommand {
        SecondCommand(
            arguments: ["migrate", "--from", from, "--to", to],
            environment: ["MONGODB_URI": database.url()]
        )
    }

    /// The lines of the end, by collection: `blobs: 300 documents, 204 of them now, SHA-256 …`.
    private static func proof(_ ended: SecondCommand.Ended) -> [String: Moved] {
        var found: [String: Moved] = [:]
        for line in ended.lines {
            let words = line.split(separator: " ")
            guard words.count == 9, words[2] == "documents,", let count = Int(words[1]), let copied = Int(words[3])
            else {
                continue
            }
            found[String(words[0].dropLast())] = Moved(count: count, copied: copied, digest: String(words[8]))
        }
        return found
    }
}
