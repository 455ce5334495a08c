import Application
import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import TestSupport
import Testing

/// Over a real connection: what a router in process cannot show.
@Suite("Streams over a connection")
struct LiveStreamTests {
    @Test("a client that leaves gives its place up with the next hint")
    func aClientThatLeavesGivesItsPlaceUp() async throws {
        let world = try await World.make()
        let workspace = try #require(WorkspaceID(World.workspace))
        let cookie = try #require(world.session(of: .member))
        let feed = world.product.events.feed
        try await world.application.test(.live) { server in
            let port = try #require(server.port)
            let client = TestClient(host: "localhost", port: port)
            client.connect()
            try await client.executeAndDontWaitForResponse(
                TestClient.Request(
                    "/api/workspaces/acme/events",
                    method: .get,
                    authority: "localhost:\(port)",
                    headers: [.cookie: cookie]
                )
            )
            try await eventually { await feed.watcherCount(of: workspace) == 1 }
            try await client.shutdown()
            let publisher = WorkspaceEventPublisher(bus: world.bus, clock: world.clock.wallClock)
            try await eventually {
                await publisher.publish(.changed, in: workspace, scope: .workspaceSettings)
                return await feed.watcherCount(of: workspace) == 0
            }
        }
    }
}
