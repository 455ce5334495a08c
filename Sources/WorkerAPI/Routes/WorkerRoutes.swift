import Application
import Domain
import Foundation
import HTTPTypes
package import Hummingbird
import NIOCore

/// Serves `/sessions/:appId/…` and `/detect-provider` to the web (spec 03 §2).
package struct WorkerRoutes: Sendable {
    enum Limit {
        static let small = 65_536
        static let prompt = 262_144
        /// A prompt with all files of an app and a transcript.
        static let turn = 100_663_296
        /// 50 MiB in base64.
        static let attachments = 75_497_472
    }

    let worker: WorkerService

    package init(worker: WorkerService) {
        self.worker = worker
    }

    package func add<Context: RequestContext>(to router: some RouterMethods<Context>) {
        router.post("/sessions/:appId/messages") { try await self.startTurn($0, try Self.appID($1)) }
        router.get("/sessions/:appId/status") { try await self.status($0, try Self.appID($1)) }
        router.post("/sessions/:appId/cancel") { try await self.cancel($0, try Self.appID($1)) }
        router.delete("/sessions/:appId") { try await self.drop(try Self.appID($1)) }
        router.delete("/sessions/:appId/workspace") { try await self.remove(try Self.appID($1)) }
        router.get("/sessions/:appId/session-file") { try await self.sessionFile($0, try Self.appID($1)) }
        router.get("/sessions/:appId/files") { try await self.files($0, try Self.appID($1)) }
        router.post("/sessions/:appId/restore") { try await self.restore($0, try Self.appID($1)) }
        router.post("/sessions/:appId/attachments") { try await self.store($0, try Self.appID($1)) }
        router.post("/sessions/:appId/attachments/check") { try await self.check($0, try Self.appID($1)) }
        router.post("/sessions/:appId/metadata") { try await self.describe($0, try Self.appID($1)) }
        router.get("/detect-provider") { _, _ in try await self.detect() }
    }

    private static func appID(_ context: some RequestContext) throws -> App.ID {
        guard let id = context.parameters.get("appId").flatMap({ App.ID($0) }) else {
            throw WorkerRefusal.invalidRequest(code: "invalid_app_id")
        }
        return id
    }

    /// The header that says which assignment of the app the request belongs to (spec 05 B46).
    private static func assignment(_ request: Request) throws -> String? {
        guard let name = HTTPField.Name("x-second-assignment"), let text = request.headers[name] else { return nil }
        guard WorkerService.isUsable(assignment: text) else {
            throw WorkerRefusal.invalidRequest(code: "invalid_assignment")
        }
        return text
    }

    private func startTurn(_ request: Request, _ appID: App.ID) async throws -> Response {
        var request = request
        let bytes = try await Self.read(&request, upTo: Limit.turn)
        let settings = try Self.decode(WorkerBodies.Settings.self, bytes, "invalid_runtime_settings").normalized()
        let posted = try Self.decode(WorkerBodies.PostedMessage.self, bytes, "invalid_message")
        let body = posted.message
        try body.checkThatAllIsBuilt()
        var turn = WorkerTurn(
            scope: RunScope(workspaceID: body.workspaceId, appID: appID, runID: body.runId),
            appName: body.appName ?? "",
            prompt: body.prompt,
            systemPrompt: body.systemPrompt,
            settings: settings,
            maxTurns: body.maxTurns ?? WorkerService.maximumTurns,
            session: body.sessionState?.session,
            sourceFiles: try body.sourceFiles.map { try WorkerBodies.sourceFiles($0, body.binaryFiles) },
            restoresFiles: body.restoresFiles ?? true,
            assignment: try Self.assignment(request),
            turnID: body.turnId,
            requestedByUserID: body.requestedByUserId,
            requestedByUserName: body.requestedByUserName ?? ""
        )
        turn.continuesLiveSession = !posted.namesSession
        let stream = EventStreamBody(
            events: try await self.worker.startTurn(turn),
            runtimeID: settings.runtimeID,
            clock: self.worker.clock
        )
        let incoming = request.body
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream", .cacheControl: "no-cache", .connection: "close"],
            body: .init { try await stream.write(to: &$0, whileOpen: incoming) }
        )
    }

    private func status(_ request: Request, _ appID: App.ID) async throws -> Response {
        let status = try await self.worker.status(of: appID, assignment: try Self.assignment(request))
        var members: [String: JSONValue] = [
            "exists": .bool(status.exists), "workspaceExists": .bool(status.workspaceExists),
            "workspaceHasFiles": .bool(status.workspaceHasFiles), "restoreNeeded": .bool(status.restoreNeeded),
        ]
        if let session = await self.worker.sessions.session(of: appID) {
            let left = await self.worker.sessions.timeLeft(of: appID) ?? .zero
            members["status"] = session.job == nil ? "idle" : "busy"
            members["sessionState"] = session.native.map(Self.state) ?? .null
            members["ttlRemainingMs"] = .integer(left.components.seconds * 1000)
            members["createdAt"] = .string(session.createdAt.text)
            members["lastActiveAt"] = .string(session.lastActiveAt.text)
        }
        return try WorkerAnswer.json(.object(members))
    }

    private func cancel(_ request: Request, _ appID: App.ID) async throws -> Response {
        let body: WorkerBodies.Cancel = try await Self.body(of: request, upTo: Limit.small, "invalid_cancel_request")
        let result = await self.worker.cancel(appID, runID: body.runId, turnID: body.turnId)
        return try WorkerAnswer.json([
            "ok": true, "cancelled": .bool(result.cancelled), "status": result.isIdle ? "idle" : "busy",
        ])
    }

    private func drop(_ appID: App.ID) async throws -> Response {
        // A turn that does not stop in time keeps its session.
        guard await self.worker.cancel(appID, runID: nil).isIdle else { throw WorkerRefusal.busy }
        await self.worker.sessions.drop(appID)
        return try WorkerAnswer.json(["ok": true])
    }

    private func remove(_ appID: App.ID) async throws -> Response {
        try await self.worker.remove(appID)
        return try WorkerAnswer.json(["ok": true])
    }

    private func sessionFile(_ request: Request, _ appID: App.ID) async throws -> Response {
        guard let session = try await self.worker.session(of: appID, assignment: try Self.assignment(request)) else {
            return try WorkerAnswer.json(["sessionState": nil])
        }
        let native = SessionTable.Native(
            runtimeID: session.runtimeID,
            sessionID: session.sessionID,
            format: session.format
        )
        guard case .object(var state) = Self.state(native) else { return try WorkerAnswer.json(["sessionState": nil]) }
        if let transcript = session.transcript {
            if let text = String(validating: transcript, as: UTF8.self) {
                state["data"] = .string(text)
            } else {
                state["dataBase64"] = .string(transcript.base64EncodedString())
            }
        }
        return try WorkerAnswer.json(["sessionState": .object(state)])
    }

    private func files(_ request: Request, _ appID: App.ID) async throws -> Response {
        let files = try await self.worker.files(of: appID, assignment: try Self.assignment(request))
        var text: [String: JSONValue] = [:]
        var binary: [String: JSONValue] = [:]
        for file in files {
            if file.isBinary {
                binary[file.path.rawValue] = .string(file.bytes.base64EncodedString())
            } else {
                text[file.path.rawValue] = .string(String(decoding: file.bytes, as: UTF8.self))
            }
        }
        var members: [String: JSONValue] = ["files": .object(text)]
        if !binary.isEmpty { members["binaryFiles"] = .object(binary) }
        return try WorkerAnswer.json(.object(members))
    }

    private func restore(_ request: Request, _ appID: App.ID) async throws -> Response {
        let body: WorkerBodies.Files = try await Self.body(of: request, upTo: Limit.turn, "invalid_files")
        try await self.worker.restore(
            try WorkerBodies.sourceFiles(body.files, body.binaryFiles),
            of: appID,
            assignment: try Self.assignment(request)
        )
        return try WorkerAnswer.json(["ok": true])
    }

    private func store(_ request: Request, _ appID: App.ID) async throws -> Response {
        let body: WorkerBodies.Attachments
        do {
            body = try await Self.body(of: request, upTo: Limit.attachments, "invalid_file")
        } catch let error as HTTPError where error.status == .contentTooLarge {
            // More than the files of any upload that is allowed.
            throw WorkerRefusal.attachmentRefused(code: "upload_too_large")
        }
        let files = try (body.files ?? body.attachments ?? []).map { file in
            guard let bytes = Data(base64Encoded: file.dataBase64) else {
                throw WorkerRefusal.attachmentRefused(code: "invalid_file_data")
            }
            let reference = AttachmentRef(
                id: file.id,
                name: file.name,
                path: file.path,
                size: file.size,
                contentType: file.contentType
            )
            return WorkerAttachment(reference: reference, bytes: bytes)
        }
        try await self.worker.storeAttachments(files, of: appID)
        return try WorkerAnswer.json(["attachments": .array(files.map { Self.reference($0.reference) })])
    }

    private func check(_ request: Request, _ appID: App.ID) async throws -> Response {
        let body: WorkerBodies.Check = try await Self.body(of: request, upTo: Limit.small, "missing_paths")
        let missing = try await self.worker.missingAttachments(body.paths, of: appID)
        return try WorkerAnswer.json(["missing": .array(missing.map(JSONValue.string))])
    }

    private func describe(_ request: Request, _ appID: App.ID) async throws -> Response {
        var request = request
        let bytes = try await Self.read(&request, upTo: Limit.prompt)
        let body = try Self.decode(WorkerBodies.Metadata.self, bytes, "invalid_metadata_request")
        let settings = try Self.decode(WorkerBodies.Settings.self, bytes, "invalid_runtime_settings").normalized()
        let metadata = try await self.worker.describe(
            WorkerMetadataRequest(
                appID: appID,
                prompt: body.prompt,
                fallbackName: body.fallbackName ?? "",
                settings: settings
            )
        )
        return try WorkerAnswer.json(["name": .string(metadata.name), "description": .string(metadata.description)])
    }

    private func detect() async throws -> Response {
        let detection = await self.worker.detectRuntimes()
        let encoded = try JSONValue(parsing: try Foundation.JSONEncoder().encode(detection))
        var members = encoded.object ?? [:]
        for (name, id) in [("claudeCli", RuntimeID.claudeCode), ("codexCli", .codex), ("opencodeCli", .openCode)] {
            let runtime = detection.runtimes[id.rawValue]
            var tool: [String: JSONValue] = ["available": .bool(runtime?.available ?? false)]
            tool["version"] = runtime?.version.map(JSONValue.string)
            members[name] = .object(tool)
        }
        members["apiKeyConfigured"] = .bool(
            detection.runtimes[RuntimeID.claudeCode.rawValue]?.auth.envKeyConfigured ?? false
        )
        return try WorkerAnswer.json(.object(members))
    }

    private static func state(_ native: SessionTable.Native) -> JSONValue {
        [
            "runtimeId": .string(native.runtimeID.rawValue), "sessionId": .string(native.sessionID),
            "format": .string(native.format),
        ]
    }

    private static func reference(_ reference: AttachmentRef) -> JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(reference.id), "name": .string(reference.name), "path": .string(reference.path),
            "size": .integer(Int64(reference.size)),
        ]
        members["contentType"] = reference.contentType.map(JSONValue.string)
        return .object(members)
    }
}
