package import Application
package import AsyncHTTPClient
package import Domain
package import Foundation
package import Logging
import NIOCore
import NIOHTTP1
package import RuntimeProtocols

/// A worker in another process, asked over HTTP (spec 03 §2).
///
/// Every refusal and failure of the worker comes back as it was thrown there. A worker that cannot be asked refuses
/// with `unreachable`; one that is lost in the middle of a turn fails the turn with a sentence that may be shown.
package struct RemoteWorker: BuilderWorker {
    let client: WorkerClient

    /// `http` should come from `makeHTTPClient`; whoever made it shuts it down.
    package init(
        url: URL,
        token: Secret<String>?,
        http: HTTPClient,
        limits: WorkerLimits = WorkerLimits(),
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger
    ) {
        self.client = WorkerClient(
            base: url,
            token: token,
            http: http,
            limits: limits,
            clock: clock,
            logger: logger
        )
    }

    /// A client for all workers of this process: a running turn holds a connection, so there is room for many.
    package static func makeHTTPClient(limits: WorkerLimits = WorkerLimits()) -> HTTPClient {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .nanoseconds(Int64(limits.connect / .nanoseconds(1)))),
            decompression: .disabled
        )
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4096
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Asks for the worker's health; for readiness checks.
    package func ping() async throws {
        _ = try await self.client.json(
            .init(path: "/health", limit: self.client.limits.connect, answerBytes: self.client.limits.answerBytes)
        )
    }

    package func startTurn(_ turn: WorkerTurn) async throws -> AsyncThrowingStream<RuntimeEvent, any Error> {
        try await self.startTurn(turn) {}
    }

    /// `onEnd` is called once, when the stream has ended or was dropped.
    func startTurn(
        _ turn: WorkerTurn,
        onEnd: @escaping @Sendable () -> Void
    ) async throws -> AsyncThrowingStream<RuntimeEvent, any Error> {
        let body: HTTPClientResponse.Body
        do {
            body = try await self.client.stream(
                .init(
                    method: .POST,
                    path: self.path(turn.scope.appID, "messages"),
                    body: WorkerRequests.message(turn),
                    assignment: turn.assignment,
                    limit: self.client.limits.turnStart,
                    answerBytes: self.client.limits.answerBytes
                )
            )
        } catch let lost as WorkerClient.Lost {
            // A request that got there may have started a turn, which ends with its connection.
            if lost.wasSent { throw WorkerFailure.failed(RunningStream.lost) }
            throw WorkerRefusal.unreachable
        }
        let running = RunningStream(
            body: body,
            limits: self.client.limits,
            clock: self.client.clock,
            logger: self.client.logger
        )
        let (stream, continuation) = AsyncThrowingStream<RuntimeEvent, any Error>.makeStream(
            bufferingPolicy: .bufferingOldest(RunningStream.bufferedEvents)
        )
        // Ends with the worker's stream; a reader that leaves cancels it.
        let task = Task { await running.run(into: continuation) }
        continuation.onTermination = { _ in
            task.cancel()
            onEnd()
        }
        return stream
    }

    package func cancel(_ scope: RunScope, turnID: String?) async throws -> WorkerCancellation {
        var members: [String: JSONValue] = ["runId": .string(scope.runID.rawValue)]
        members["turnId"] = turnID.map(JSONValue.string)
        let answer = try await self.ask(
            .POST,
            self.path(scope.appID, "cancel"),
            .object(members),
            limit: self.client.limits.cancel
        )
        return WorkerCancellation(
            cancelled: answer["cancelled"]?.bool ?? false,
            isIdle: answer["status"]?.string == "idle"
        )
    }

    package func status(of appID: App.ID) async throws -> WorkerStatus {
        try await self.status(of: appID, assignment: nil)
    }

    package func session(of appID: App.ID) async throws -> WorkerSession? {
        try await self.session(of: appID, assignment: nil)
    }

    package func files(of appID: App.ID) async throws -> [SourceFile] {
        try await self.files(of: appID, assignment: nil)
    }

    package func storeAttachments(_ files: [WorkerAttachment], of appID: App.ID) async throws {
        _ = try await self.ask(
            .POST,
            self.path(appID, "attachments"),
            ["files": .array(files.map(WorkerRequests.attachment))],
            limit: self.client.limits.transfer
        )
    }

    package func missingAttachments(_ paths: [String], of appID: App.ID) async throws -> [String] {
        let answer = try await self.ask(
            .POST,
            self.path(appID, "attachments/check"),
            ["paths": .array(paths.map(JSONValue.string))],
            limit: self.client.limits.question
        )
        return (answer["missing"]?.array ?? []).compactMap(\.string)
    }

    package func describe(_ request: WorkerMetadataRequest) async throws -> WorkerMetadata {
        let answer = try await self.ask(
            .POST,
            self.path(request.appID, "metadata"),
            WorkerRequests.metadata(request),
            limit: self.client.limits.metadata
        )
        guard let name = answer["name"]?.string, let description = answer["description"]?.string else {
            throw WorkerRefusal.unreachable
        }
        return WorkerMetadata(name: name, description: description)
    }

    package func restore(_ files: [SourceFile], of appID: App.ID) async throws {
        try await self.restore(files, of: appID, assignment: nil)
    }

    package func remove(_ appID: App.ID) async throws {
        _ = try await self.ask(
            .DELETE,
            self.path(appID, "workspace"),
            nil,
            limit: self.client.limits.removal
        )
    }

    package func detectRuntimes() async -> RuntimeDetection {
        do {
            return try await self.detect()
        } catch {
            return .workerUnavailable
        }
    }

    func detect() async throws -> RuntimeDetection {
        let answer = try await self.ask(.GET, "/detect-provider", nil, limit: self.client.limits.transfer)
        do {
            return try JSONDecoder().decode(RuntimeDetection.self, from: try answer.encoded())
        } catch {
            throw WorkerRefusal.unreachable
        }
    }

    func path(_ appID: App.ID, _ rest: String) -> String { "/sessions/\(appID.rawValue)/\(rest)" }

    func ask(
        _ method: HTTPMethod,
        _ path: String,
        _ body: JSONValue?,
        assignment: String? = nil,
        limit: Duration,
        answerBytes: Int? = nil
    ) async throws -> JSONValue {
        try await self.client.json(
            .init(
                method: method,
                path: path,
                body: body,
                assignment: assignment,
                limit: limit,
                answerBytes: answerBytes ?? self.client.limits.answerBytes
            )
        )
    }
}
