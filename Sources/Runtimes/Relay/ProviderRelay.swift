import AsyncHTTPClient
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1

/// Stands between a child and its model provider for one turn, so that the key never leaves the worker (spec 03 §22.3).
///
/// The child shows a token that opens this relay only; the relay shows the key to the provider. Requests and answers
/// stream through.
enum ProviderRelay {
    /// Relays on a free loopback port while the closure runs.
    static func with(
        target: URL,
        key: Secret<String>,
        token: String,
        logger: Logger,
        _ body: @Sendable (ProviderAccess) async throws -> Void
    ) async throws {
        let client = HTTPClient(
            eventLoopGroupProvider: .singleton,
            // A redirect would take the key elsewhere.
            configuration: .init(redirectConfiguration: .disallow, timeout: .init(connect: .seconds(15)))
        )
        let responder = RelayResponder(client: client, target: target, key: key, token: token)
        let (ports, portSource) = AsyncStream<Int>.makeStream()
        let application = Application(
            // No router: what passes is decided from the path as it came.
            responder: CallbackResponder { (request: Request, _: BasicRequestContext) in
                try await responder.answer(request)
            },
            configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { portSource.yield(port) }
                portSource.finish()
            },
            logger: logger
        )
        let outcome: Result<Void, any Error>
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    defer { portSource.finish() }
                    try await application.run()
                }
                guard let port = await ports.first(where: { _ in true }),
                    let url = URL(string: "http://127.0.0.1:\(port)")
                else { throw RelayNotStarted() }
                try await body(ProviderAccess(baseURL: url, token: token))
                group.cancelAll()
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        // The turn's outcome matters more than a late connection's.
        try? await client.shutdown()
        try outcome.get()
    }

    private struct RelayNotStarted: Error {}
}
