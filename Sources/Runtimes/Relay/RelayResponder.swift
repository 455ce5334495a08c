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
        "host", "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
        "trailer", "transfer-encoding", "upgrade", "expect", "content-length", "x-api-key", "authorization",
        "accept-encoding", "cookie", "set-cookie",
    ]

    /// - Returns: the provider's answer, or our own: 401 `invalid_token`, 404 `path_not_relayed`,
    ///   502 `provider_unreachable`.
    func answer(_ request: Request) async throws -> Response {
        guard let name = HTTPField.Name("x-api-key"), Self.isEqual(request.headers[name] ?? "", self.token) else {
            return Self.refusal(.unauthorized, "invalid_token", "The token does not open this relay.")
        }
        guard let path = RelayedRoute.target(request.method, request.head.path ?? "") else {
            return Self.refusal(.notFound, "path_not_relayed", "Only messages and models are relayed.")
        }
        var outbound = HTTPClientRequest(url: self.target.absoluteString.withoutTrailingSlash + path)
        outbound.method = HTTPMethod(rawValue: request.method.rawValue)
        let named = Self.namedByConnection(request.headers[values: .connection])
        for field in request.headers
        where !Self.stopped.contains(field.name.canonicalName) && !named.contains(field.name.canonicalName) {
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
            return Self.refusal(.badGateway, "provider_unreachable", "The model provider could not be reached.")
        }
        let own = Self.namedByConnection(inbound.headers["connection"])
        var headers = HTTPFields()
        for (name, value) in inbound.headers {
            guard let field = HTTPField.Name(name), !Self.stopped.contains(field.canonicalName),
                !own.contains(field.canonicalName)
            else { continue }
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

    /// The further headers that a message's `Connection` says are for this connection only.
    private static func namedByConnection(_ values: [String]) -> Set<String> {
        Set(values.flatMap { $0.split(separator: ",") }.map { $0.trimmingWhitespace().lowercased() })
    }

    /// In the form of the provider's own errors, which the CLI can show.
    private static func refusal(_ status: HTTPResponse.Status, _ code: String, _ message: String) -> Response {
        let body = #"{"type":"error","code":"\#(code)","error":{"type":"\#(code)","message":"\#(message)"}}"#
        return Response(
            status: status,
            headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: body))
        )
    }

    /// Takes the same time wherever the difference is.
    private static func isEqual(_ one: String, _ other: String) -> Bool {
        let (left, right) = (Array(one.utf8), Array(other.utf8))
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
