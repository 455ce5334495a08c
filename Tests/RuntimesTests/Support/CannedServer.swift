import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Answers every request with the same status and headers.
enum CannedServer {
    static func with<Result: Sendable>(
        _ status: HTTPResponse.Status,
        _ headers: HTTPFields,
        _ body: @Sendable (URL) async throws -> Result
    ) async throws -> Result {
        let (ports, source) = AsyncStream<Int>.makeStream()
        let application = Application(
            responder: CallbackResponder { (_: Request, _: BasicRequestContext) in
                Response(status: status, headers: headers)
            },
            configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: nil),
            onServerRunning: { channel in
                if let port = channel.localAddress?.port { source.yield(port) }
                source.finish()
            },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { source.finish() }
                try await application.run()
            }
            guard let port = await ports.first(where: { _ in true }), let url = URL(string: "http://127.0.0.1:\(port)")
            else { throw CancellationError() }
            let result = try await body(url)
            group.cancelAll()
            return result
        }
    }
}
