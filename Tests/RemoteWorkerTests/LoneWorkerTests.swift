import Application
import Domain
import Testing

@testable import RemoteWorker

/// A house with one worker, found by its address (spec 05 B46).
@Suite struct LoneWorkerTests {
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
}
