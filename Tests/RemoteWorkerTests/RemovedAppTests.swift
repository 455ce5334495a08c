import Application
import Domain
import Foundation
import LocalBus
import Testing

@testable import RemoteWorker
@testable import WorkerAPI

/// A deleted app leaves nothing on any worker (spec 05 B46).
@Suite struct RemovedAppTests {
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
}
