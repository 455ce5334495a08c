import Application
import Bus
import Domain
import Foundation
import LocalBus
import NIOCore
import RuntimeProtocols
import Testing

@testable import RemoteWorker
@testable import WorkerAPI

/// Several workers behind one port (spec 05 B46).
@Suite struct DirectoryTests {
    static func app(_ number: Int) throws -> App.ID {
        let digits = String(number, radix: 16)
        return try #require(App.ID(String(repeating: "0", count: 24 - digits.count) + digits))
    }

    @Test func anAppStaysWithItsWorkerWhicheverWebAsks() async throws {
        try await Fleet.with { fleet in
            for id in ["a", "b", "c"] { try await fleet.join(id) }
            let (one, other) = (fleet.web(), fleet.web())
            try await one.work(on: .one, saved: nil)
            let owner = try #require(try await one.notes(of: .one))
            for web in [other, one, other] { try await web.work(on: .one, saved: [.text("x.txt", "unused")]) }
            let notes = try await other.notes(of: .one)
            #expect(notes == String(repeating: owner, count: 4))
        }
    }

    @Test func aBurstOfAppsIsSpread() async throws {
        try await Fleet.with { fleet in
            let (a, b) = (try await fleet.join("a"), try await fleet.join("b"))
            let web = fleet.web()
            for number in 1...10 { try await web.work(on: try Self.app(number), saved: nil) }
            #expect(a.agent.requests.count == 5)
            #expect(b.agent.requests.count == 5)
        }
    }

    @Test func withoutWorkersNothingRuns() async throws {
        try await Fleet.with { fleet in
            let web = fleet.web()
            await #expect(throws: WorkerRefusal.unreachable) { _ = try await web.startTurn(.sample()) }
            await #expect(throws: WorkerRefusal.unreachable) { try await web.ping() }
            await #expect(throws: WorkerRefusal.restoreNeeded) { _ = try await web.files(of: .one) }
            let status = try await web.status(of: .one)
            #expect(status.restoreNeeded)
            let cancelled = try await web.cancel(WorkerTurn.sample().scope)
            #expect(cancelled == WorkerCancellation(cancelled: false, isIdle: true))
            let missing = try await web.missingAttachments(["attachments/x"], of: .one)
            #expect(missing == ["attachments/x"])
            let session = try await web.session(of: .one)
            #expect(session == nil)
        }
    }

    @Test func aLostWorkersAppGoesToAnotherWithItsSavedFiles() async throws {
        try await Fleet.with { fleet in
            let members = [try await fleet.join("a"), try await fleet.join("b")]
            let web = fleet.web()
            try await web.work(on: .one, saved: nil)
            let owner = try #require(members.first { $0.agent.requests.count == 1 })
            let other = try #require(members.first { $0.agent.requests.isEmpty })
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
            let members = [try await fleet.join("a"), try await fleet.join("b")]
            let web = fleet.web()
            try await web.work(on: .one, saved: nil)
            let owner = try #require(members.first { $0.agent.requests.count == 1 })
            let other = try #require(members.first { $0.agent.requests.isEmpty })
            // As long as it renews its entry it keeps them.
            await fleet.pass(.seconds(60), alive: members)
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
            let session = { (text: String) in
                WorkerSession(
                    runtimeID: .claudeCode,
                    sessionID: "s1",
                    format: "claude-jsonl",
                    transcript: Data(text.utf8)
                )
            }
            try await web.work(on: .one, saved: [.text("saved.txt", "1")], session: session("first"))
            #expect(first.live.content("notes.txt") == "a\n")

            // Lost for a while; another one works on the app.
            let second = try await fleet.join("b")
            await fleet.pass(.seconds(20), alive: [second])
            try await web.work(on: .one, saved: [.text("saved.txt", "2")], session: session("second"))
            #expect(second.live.content("notes.txt") == "b\n")

            // The first is back, with its disk, its process and its live session; the second is gone.
            await first.registration.announce()
            await second.live.kill()
            await fleet.pass(.seconds(20), alive: [first])
            let status = try await web.status(of: .one)
            #expect(status.restoreNeeded)
            try await web.work(on: .one, saved: [.text("saved.txt", "3")], session: session("third"))
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

    @Test func aDrainingWorkerFinishesWhatItHasAndGetsNothingNew() async throws {
        try await Fleet.with { fleet in
            let first = try await fleet.join("a", AgentStandIn.endless)
            let web = fleet.web()
            let stream = try await web.startTurn(.sample())
            try await eventually { try await first.live.service.status(of: .one).sessionID != nil }
            let drain = Task { await first.live.service.drain(letting: .seconds(600)) }
            try await eventually { await first.live.service.load().isDraining }
            await first.registration.announce()
            let second = try await fleet.join("b")

            // The running turn can still be asked about and stopped, by other webs too.
            let other = fleet.web()
            let isBusy = try await other.status(of: .one).isBusy
            #expect(isBusy)
            await #expect(throws: WorkerRefusal.busy) { _ = try await other.startTurn(.sample(run: .two)) }
            try await other.work(on: .two, saved: nil)
            #expect(second.agent.requests.count == 1)

            let stopped = try await other.cancel(WorkerTurn.sample().scope)
            #expect(stopped == WorkerCancellation(cancelled: true, isIdle: true))
            await #expect(throws: WorkerFailure.cancelled) { _ = try await stream.all() }
            await drain.value
            try await other.work(on: .one, saved: [.text("saved.txt", "s")])
            #expect(second.live.content("saved.txt") == "s")
        }
    }

    @Test func aDrainThatTheRegistryHasNotHeardOfMovesTheAppAllTheSame() async throws {
        try await Fleet.with { fleet in
            let first = try await fleet.join("a")
            let web = fleet.web()
            try await web.work(on: .one, saved: nil)
            await first.live.service.drain()
            await #expect(throws: WorkerRefusal.unreachable) { _ = try await web.startTurn(.sample()) }
            let second = try await fleet.join("b")
            try await web.work(on: .one, saved: [.text("saved.txt", "s")])
            #expect(second.live.content("saved.txt") == "s")
        }
    }

    @Test func whenAllAreFullANewAppIsRefusedAndAnOldOneStays() async throws {
        try await Fleet.with { fleet in
            let one = SessionTable.Limits(runningJobs: 1)
            let a = try await fleet.join("a", AgentStandIn.endless, limits: one)
            let b = try await fleet.join("b", AgentStandIn.endless, limits: one)
            let web = fleet.web()
            let streams = [try await web.startTurn(.sample()), try await web.startTurn(.sample(app: .two))]
            #expect(a.agent.requests.count + b.agent.requests.count <= 2)
            await #expect(throws: WorkerRefusal.atCapacity) { _ = try await web.startTurn(.sample(app: .three)) }
            // Another web does not know yet; the workers do.
            await #expect(throws: WorkerRefusal.self) { _ = try await fleet.web().startTurn(.sample(app: .three)) }
            for member in [a, b] { await member.registration.announce() }
            await #expect(throws: WorkerRefusal.atCapacity) {
                _ = try await fleet.web().startTurn(.sample(app: .three))
            }
            _ = streams
        }
    }

    @Test func aDeletedAppIsGoneEverywhere() async throws {
        try await Fleet.with { fleet in
            let a = try await fleet.join("a")
            let web = fleet.web()
            try await web.work(on: .one, saved: nil)
            let b = try await fleet.join("b")
            _ = try await b.live.service.startTurn(.sample(assignment: "earlier")).all()
            try await web.remove(.one)
            for member in [a, b] {
                #expect(member.live.content("notes.txt") == nil)
                let left = try FileManager.default.contentsOfDirectory(
                    atPath: member.live.service.directory.root.path(percentEncoded: false)
                )
                #expect(left.isEmpty)
            }
            let key = AppAssignments.key(.one)
            let assignment = try await fleet.bus.value(for: key)
            #expect(assignment == nil)
        }
    }

    @Test func anAppThatIsDeletedWhileAWorkerIsAwayIsRemovedWhenItIsBack() async throws {
        try await Fleet.with { fleet in
            let first = try await fleet.join("a")
            let web = fleet.web()
            try await web.work(on: .one, saved: nil)
            let second = try await fleet.join("b")
            await fleet.pass(.seconds(20), alive: [second])
            try await web.work(on: .one, saved: nil)
            let third = try await fleet.join("c")
            await fleet.pass(.seconds(20), alive: [third])
            try await web.remove(.one)
            #expect(first.live.content("notes.txt") != nil)
            #expect(second.live.content("notes.txt") != nil)
            // Both are back; they look once a minute.
            await fleet.pass(.seconds(60), alive: [first, second, third])
            #expect(first.live.content("notes.txt") == nil)
            #expect(second.live.content("notes.txt") == nil)
        }
    }

    @Test func filesAndAttachmentsFindTheirWorker() async throws {
        try await Fleet.with { fleet in
            let member = try await fleet.join("a")
            let web = fleet.web()
            let reference = AttachmentRef(id: "a1", name: "d", path: "attachments/a1-d", size: 1, contentType: nil)
            try await web.storeAttachments([.init(reference: reference, bytes: Data("x".utf8))], of: .one)
            try await web.restore([.text("saved.txt", "r")], of: .one)
            #expect(member.live.content("attachments/a1-d") == "x")
            let status = try await web.status(of: .one)
            #expect(!status.restoreNeeded)
            try await web.work(on: .one, saved: [.text("saved.txt", "unused")])
            #expect(member.live.content("saved.txt") == "r")
            #expect(member.live.content("attachments/a1-d") == "x")
            let missing = try await web.missingAttachments(["attachments/a1-d", "attachments/no"], of: .one)
            #expect(missing == ["attachments/no"])
            let detection = await web.detectRuntimes()
            #expect(detection.isDemo)
        }
    }

    @Test func twoProcessesCannotGoByOneName() async throws {
        try await Fleet.with { fleet in
            let first = try await fleet.join("a")
            let second = try await fleet.join("a")
            let registry = WorkerRegistry(bus: fleet.bus)
            var entry = try #require(try await registry.entry(of: "a"))
            #expect(entry.url == first.live.url)
            // The first is lost: the second takes over.
            await fleet.pass(.seconds(20), alive: [second])
            entry = try #require(try await registry.entry(of: "a"))
            #expect(entry.url == second.live.url)
            let entries = try await registry.entries()
            #expect(entries.count == 1)
        }
    }

    @Test func anIndexThatIsLostIsWrittenAgain() async throws {
        try await Fleet.with { fleet in
            let members = [try await fleet.join("a"), try await fleet.join("b")]
            let registry = WorkerRegistry(bus: fleet.bus)
            for garbage in [nil, ByteBuffer(string: "garbage"), ByteBuffer(string: "[\"dead\"]")] {
                _ = try await fleet.bus.takeValue(for: "worker.index")
                if let garbage {
                    try await fleet.bus.setValue(garbage, for: "worker.index", expiringAfter: .seconds(60))
                }
                for member in members { await member.registration.announce() }
                let entries = try await registry.entries()
                #expect(Set(entries.map(\.id)) == ["a", "b"])
            }
        }
    }

    @Test func aHouseWithOneWorkerNeedsNoRegistry() async throws {
        try await Fleet.with { fleet in
            let alone = try await fleet.join("a", isRegistered: false)
            let web = fleet.web(only: alone)
            try await web.work(on: .one, saved: nil)
            try await web.work(on: .one, saved: [.text("saved.txt", "unused")])
            #expect(alone.live.content("notes.txt") == "a\na\n")
            try await web.ping()
            try await web.restore([.text("b.txt", "b")], of: .one)
            let files = try await web.files(of: .one)
            #expect(files.map(\.path.rawValue) == ["b.txt"])
            let detection = await web.detectRuntimes()
            #expect(detection.isDemo)
            try await web.remove(.one)
            #expect(alone.live.content("b.txt") == nil)

            // Once workers make themselves known, they are the ones; their absence brings nothing else back.
            let known = try await fleet.join("b")
            try await web.work(on: .two, saved: nil)
            #expect(known.agent.requests.count == 1)
            await fleet.pass(.seconds(20), alive: [])
            await #expect(throws: WorkerRefusal.unreachable) { _ = try await web.startTurn(.sample(app: .two)) }
        }
    }

    @Test func aWorkerThatIsGoneInAHouseWithOneIsUnreachable() async throws {
        try await Fleet.with { fleet in
            let alone = try await fleet.join("a", isRegistered: false)
            let web = fleet.web(only: alone)
            await alone.live.kill()
            await #expect(throws: WorkerRefusal.unreachable) { _ = try await web.startTurn(.sample()) }
            await #expect(throws: WorkerRefusal.unreachable) { try await web.ping() }
        }
    }

    @Test func twoWebsThatSeatOneAppAtTheSameMomentAgree() async throws {
        try await Fleet.with { fleet in
            let members = [try await fleet.join("a"), try await fleet.join("b"), try await fleet.join("c")]
            for number in 1...8 {
                let app = try Self.app(number)
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<4 {
                        let web = fleet.web()
                        // One of them gets the turn, the others are told that the app is busy.
                        group.addTask { _ = try? await web.restore([.text("a.txt", "a")], of: app) }
                    }
                }
                let having = members.filter { $0.live.content("a.txt", of: app) != nil }
                #expect(having.count == 1)
            }
        }
    }
}
