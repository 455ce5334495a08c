import Domain
import LocalBus
import NIOCore
import Testing

@testable import RemoteWorker

/// The list of workers that the bus keeps (spec 05 B46).
@Suite struct WorkerRegistryTests {
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
}
