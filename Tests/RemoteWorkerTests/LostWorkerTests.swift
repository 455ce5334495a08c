import Application
import Domain
import Foundation
import TestSupport
import Testing

@testable import RemoteWorker
@testable import WorkerAPI

/// Apps whose worker goes away, and comes back (spec 05 B46).
@Suite struct LostWorkerTests {
    /// Two workers, of which one has worked on the app.
    private static func twoWorkers(
        in fleet: Fleet
    ) async throws -> (web: WorkerDirectory, owner: Fleet.Member, other: Fleet.Member) {
        let members = [try await fleet.join("a"), try await fleet.join("b")]
        let web = fleet.web()
        try await web.work(on: .one, saved: nil)
        let owner = try #require(members.first { $0.agent.requests.count == 1 })
        let other = try #require(members.first { $0.agent.requests.isEmpty })
        return (web, owner, other)
    }

    @Test func aLostWorkersAppGoesToAnotherWithItsSavedFiles() async throws {
        try await Fleet.with { fleet in
            let (web, owner, other) = try await Self.twoWorkers(in: fleet)
            await owner.live.kill()

            // It still counts as alive, but nobody answers: the app moves at once.
            try await web.work(on: .one, saved: [.text("saved.txt", "s")])
            #expect(other.agent.requests.count == 1)
            let notes = try await web.notes(of: .one)
            #expect(notes == other.id + "\n")
            #expect(other.live.content("saved.txt") == "s")
        }
    }

    @Test func aWorkerThatIsSilentTooLongLosesItsApps() async throws {
        try await Fleet.with { fleet in
            let (web, owner, other) = try await Self.twoWorkers(in: fleet)
            // As long as it renews its entry it keeps them.
            await fleet.pass(.seconds(60), alive: [owner, other])
            try await web.work(on: .one, saved: nil)
            #expect(owner.agent.requests.count == 2)
            await fleet.pass(.seconds(15), alive: [other])
            try await web.work(on: .one, saved: [.text("saved.txt", "s")])
            #expect(other.agent.requests.count == 1)
        }
    }

    @Test func anAppThatComesBackFindsItsSavedFilesAndNotTheOldOnes() async throws {
        try await Fleet.with { fleet in
            let folder = FileManager.default.temporaryDirectory.appending(path: "worker-\(UUID().uuidString)")
            let first = try await fleet.join("a", folder: folder)
            let web = fleet.web()
            try await web.work(on: .one, saved: [.text("saved.txt", "1")], session: .claude("s1", "first"))
            #expect(first.live.content("notes.txt") == "a\n")

            // Lost for a while; another one works on the app.
            let second = try await fleet.join("b")
            await fleet.pass(.seconds(20), alive: [second])
            try await web.work(on: .one, saved: [.text("saved.txt", "2")], session: .claude("s1", "second"))
            #expect(second.live.content("notes.txt") == "b\n")

            // The first is back, with its disk, its process and its live session; the second is gone.
            await first.registration.announce()
            await second.live.kill()
            await fleet.pass(.seconds(20), alive: [first])
            let status = try await web.status(of: .one)
            #expect(status.restoreNeeded)
            try await web.work(on: .one, saved: [.text("saved.txt", "3")], session: .claude("s1", "third"))
            #expect(first.live.content("saved.txt") == "3")
            #expect(first.live.content("notes.txt") == "a\n")
            let kept = try await web.session(of: .one)
            #expect(kept?.transcript == Data("third".utf8))
        }
    }

    @Test func aRestartedWorkerThatKeptItsDiskKeepsItsApps() async throws {
        try await Fleet.with { fleet in
            let folder = FileManager.default.temporaryDirectory.appending(path: "worker-\(UUID().uuidString)")
            let first = try await fleet.join("a", folder: folder)
            let web = fleet.web()
            try await web.work(on: .one, saved: nil)
            await first.registration.withdraw()
            await first.live.kill()
            let again = try await fleet.join("a", folder: folder)
            let status = try await web.status(of: .one)
            #expect(!status.restoreNeeded)
            try await web.work(on: .one, saved: [.text("saved.txt", "unused")])
            #expect(again.live.content("notes.txt") == "a\na\n")
        }
    }

    @Test func aTurnWithoutFilesIsRefusedWhereTheFilesAreOld() async throws {
        try await Fleet.with { fleet in
            let member = try await fleet.join("a")
            let web = fleet.web()
            // Somebody worked here under another assignment.
            _ = try await member.live.service.startTurn(.sample(assignment: "earlier")).all()
            await #expect(throws: WorkerRefusal.restoreNeeded) {
                _ = try await web.startTurn(.sample(restoresFiles: false))
            }
            #expect(member.live.content("notes.txt") == "a\n")
            await #expect(throws: WorkerRefusal.restoreNeeded) { _ = try await web.files(of: .one) }
        }
    }
}
