import Domain
import Foundation
import HTTPTypes
package import Hummingbird
import NIOCore

/// Serves `/mcp/:brokerId`: the tools of running turns (spec 03 §7).
///
/// For children of this machine only.
package struct BrokerRoutes: Sendable {
    /// A request with a larger body is refused before it is read.
    package static let maximumBody = 1_048_576

    private let broker: MCPBroker

    package init(broker: MCPBroker) {
        self.broker = broker
    }

    package func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.post("/mcp/:brokerId") { request, context in
            try await self.answer(request, brokerID: context.parameters.require("brokerId"))
        }
        for method in [HTTPRequest.Method.get, .delete, .put, .patch] {
            // There is no channel of server messages to open, nor a protocol session to end.
            router.on("/mcp/:brokerId", method: method) { _, _ in
                var response = try WorkerAnswer.error("method_not_allowed", .methodNotAllowed)
                response.headers[.allow] = "POST"
                return response
            }
        }
    }

    private func answer(_ request: Request, brokerID: String) async throws -> Response {
        if let refusal = try WorkerGate.refusal(of: request) { return refusal }
        if let length = request.headers[.contentLength].flatMap(Int.init), length > Self.maximumBody {
            return try WorkerAnswer.error("body_too_large", .contentTooLarge)
        }
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Self.maximumBody)
        } catch is NIOTooManyBytesError {
            return try WorkerAnswer.error("body_too_large", .contentTooLarge)
        }
        let answer = await self.broker.answer(
            Data(body.readableBytesView),
            brokerID: brokerID,
            server: request.uri.queryParameters["server"].map(String.init),
            token: WorkerGate.bearer(of: request)
        )
        switch answer {
        case .json(let json): return try WorkerAnswer.json(json)
        case .nothing: return Response(status: .accepted)
        case .malformed: return try WorkerAnswer.error("invalid_json_rpc_body", .badRequest)
        case .unauthorized(let json): return try WorkerAnswer.json(json, status: .unauthorized)
        }
    }
}
