import AsyncHTTPClient
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// Answers one request of the child with the provider's answer.
struct RelayResponder: Sendable {
    let client: HTTPClient
    let target: URL
    let key: Secret<String>
    let token: String

    /// Headers of one connection, or of the child's own access, that do not pass.
    private static let stopped: Set<String> = [
        "host", "connection", "keep-alive", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
        "content-length", "x-api-key", "authorization", "accept-encoding", "cookie",
    ]

    func answer(_ request: Request) async throws -> Response {
        guard let name = HTTPField.Name("x-api-key"), Self.isEqual(request.headers[name] ?? "", self.token) else {
            return Response(status: .unauthorized)
        }
        var outbound = HTTPClientRequest(
            url: self.target.absoluteString.withoutTrailingSlash + request.uri.description
        )
        outbound.method = HTTPMethod(rawValue: request.method.rawValue)
        for field in request.headers where !Self.stopped.contains(field.name.canonicalName) {
            outbound.headers.add(name: field.name.rawName, value: field.value)
        }
        outbound.headers.replaceOrAdd(name: "x-api-key", value: self.key.reveal())
        if request.method == .post {
            let length = request.headers[.contentLength].flatMap { Int64($0) }
            outbound.body = .stream(request.body, length: length.map { .known($0) } ?? .unknown)
        }
        let inbound: HTTPClientResponse
        do {
            inbound = try await self.client.execute(outbound, timeout: .hours(1))
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // What went wrong may name the target; the child learns only that it did.
            return Response(status: .badGateway)
        }
        var headers = HTTPFields()
        for (name, value) in inbound.headers {
            guard let field = HTTPField.Name(name), !Self.stopped.contains(field.canonicalName) else { continue }
            headers.append(HTTPField(name: field, value: value))
        }
        return Response(
            status: .init(code: Int(inbound.status.code)),
            headers: headers,
            body: ResponseBody { writer in
                for try await buffer in inbound.body { try await writer.write(buffer) }
                try await writer.finish(nil)
            }
        )
    }

    /// Takes the same time wherever the difference is.
    private static func isEqual(_ one: String, _ other: String) -> Bool {
        let (left, right) = (Array(one.utf8), Array(other.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
