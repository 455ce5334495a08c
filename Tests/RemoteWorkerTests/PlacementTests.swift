import Application
import Domain
import Foundation
import Testing

@testable import RemoteWorker
@testable import WorkerAPI

/// Which of several workers an app goes to (spec 05 B46).
@Suite struct PlacementTests {
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
