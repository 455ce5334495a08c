import Application
import AsyncHTTPClient
import Domain
import Foundation
import Logging
import NIOCore
import NIOHTTP1

/// Requests to one worker: the token, the limits, and every answer turned into what the port promises.
struct WorkerClient: Sendable {
    struct Call: Sendable {
        var method: HTTPMethod = .GET
        /// Below the worker's address, with a slash at its start; made of ids and fixed words.
        var path: String
        var body: JSONValue?
        var assignment: String?
        var limit: Duration
        var answerBytes: Int
    }

    /// The connection could not be made, or broke before the answer began.
    struct Lost: Error {
        /// The worker may have seen the request.
        var wasSent: Bool
    }

    let base: URL
    let token: Secret<String>?
    let http: HTTPClient
    let limits: WorkerLimits
    let clock: any Clock<Duration>
    let logger: Logger
    var identifiers = IdentifierSource.live

    /// One call with its whole answer.
    ///
    /// - Throws: what the worker threw, or `WorkerRefusal.unreachable`.
    func json(_ call: Call) async throws -> JSONValue {
        do {
            let request = try self.request(call, SentMark())
            let (response, body) = try await TimeLimit.run(call.limit, clock: self.clock) {
                let response = try await self.http.execute(request, deadline: .distantFuture)
                return (response, try await response.body.collect(upTo: call.answerBytes))
            }
            guard response.status == .ok else { throw self.error(response, body) }
            return try JSONValue(parsing: Data(body.readableBytesView))
        } catch let problem as WorkerProblem {
            throw problem.error
        } catch {
            try Task.checkCancellation()
            self.note("A worker could not be asked", error)
            throw WorkerRefusal.unreachable
        }
    }

    /// Opens a stream; what follows the head is the caller's to read.
    ///
    /// - Throws: what the worker threw, or `Lost`.
    func stream(_ call: Call) async throws -> HTTPClientResponse.Body {
        let mark = SentMark()
        do {
            let request = try self.request(call, mark)
            let (response, body) = try await TimeLimit.run(call.limit, clock: self.clock) {
                let response = try await self.http.execute(request, deadline: .distantFuture)
                guard response.status != .ok else { return (response, ByteBuffer()) }
                return (response, try await response.body.collect(upTo: call.answerBytes))
            }
            guard response.status == .ok else { throw self.error(response, body) }
            return response.body
        } catch let problem as WorkerProblem {
            throw problem.error
        } catch {
            try Task.checkCancellation()
            self.note("A turn could not be started", error)
            throw Lost(wasSent: mark.wasSent)
        }
    }

    /// The status alone; the body is read and dropped.
    func status(_ call: Call) async throws -> UInt {
        let request = try self.request(call, SentMark())
        return try await TimeLimit.run(call.limit, clock: self.clock) {
            let response = try await self.http.execute(request, deadline: .distantFuture)
            _ = try await response.body.collect(upTo: call.answerBytes)
            return response.status.code
        }
    }

    private func request(_ call: Call, _ mark: SentMark) throws -> HTTPClientRequest {
        let base = self.base.absoluteString
        var request = HTTPClientRequest(url: (base.hasSuffix("/") ? String(base.dropLast()) : base) + call.path)
        request.method = call.method
        request.headers.add(name: "accept", value: "application/json, text/event-stream")
        if let token = self.token {
            request.headers.add(name: "authorization", value: "Bearer \(token.reveal())")
        }
        if let assignment = call.assignment {
            request.headers.add(name: "x-second-assignment", value: assignment)
        }
        if let trace = TraceParent.current {
            request.headers.add(name: "traceparent", value: trace.header(span: self.identifiers.token(bytes: 8)))
        }
        if call.method == .POST { request.headers.add(name: "content-type", value: "application/json") }
        if let body = call.body {
            let bytes = ByteBuffer(bytes: try body.encoded())
            request.body = .stream(
                MarkedBody(bytes: bytes, mark: mark),
                length: .known(Int64(bytes.readableBytes))
            )
        }
        return request
    }

    /// What a refusing answer means; one that is not from a worker of ours counts as unreachable.
    private func error(_ response: HTTPClientResponse, _ body: ByteBuffer) -> WorkerProblem {
        // A body that is no JSON has nothing to tell.
        let json = try? JSONValue(parsing: Data(body.readableBytesView))
        let text = json?["error"]?.string
        if let kind = response.headers.first(name: WorkerProblem.header), let text,
            let problem = WorkerProblem(kind: kind, text: text, message: json?["message"]?.string)
        {
            return problem
        }
        switch response.status {
        case .payloadTooLarge: return .refusal(.invalidRequest(code: text ?? "body_too_large"))
        case .unauthorized:
            self.logger.error("The worker does not know our INTERNAL_API_TOKEN")
        default:
            self.logger.error(
                "A worker answered in a way that is not understood",
                metadata: ["http.status": "\(response.status.code)"]
            )
        }
        return .refusal(.unreachable)
    }

    private func note(_ message: Logger.Message, _ error: any Error) {
        self.logger.warning(
            message,
            metadata: ["worker.url": "\(self.base.absoluteString)", "error": "\(error)"]
        )
    }
}
