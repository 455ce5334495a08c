package import Application
import Domain
import Foundation
import Logging
package import RuntimeProtocols
import Wire

extension WorkerService {
    /// Events that may wait for a slow reader; the agent is not read while they do.
    private static let bufferedEvents = 1024
    package static let maximumTurns = 500
    static let builtInTools = ["Skill", "Read", "Write", "Edit", "Bash", "Glob", "Grep", "WebSearch", "WebFetch"]

    package func startTurn(_ turn: WorkerTurn) async throws -> AsyncThrowingStream<RuntimeEvent, any Error> {
        let runtime = try self.runtime(for: turn.settings)
        guard !turn.prompt.isEmpty, (1...Self.maximumTurns).contains(turn.maxTurns) else {
            throw WorkerRefusal.invalidRequest(code: "invalid_turn")
        }
        if let files = turn.sourceFiles { try Self.check(files) }
        if let assignment = turn.assignment, !Self.isUsable(assignment: assignment) {
            throw WorkerRefusal.invalidRequest(code: "invalid_assignment")
        }
        if let session = turn.session, !ClaudeTranscripts.isUsable(sessionID: session.sessionID) {
            throw WorkerRefusal.invalidRequest(code: "invalid_session_state")
        }

        let appID = turn.scope.appID
        let isIdle = await self.sessions.session(of: appID)?.job == nil
        if isIdle, !self.configuration.hasMemory() { throw WorkerRefusal.atCapacity }
        let job = try await self.sessions.begin(turn.scope.runID, turnID: turn.turnID, of: appID)
        let (stream, continuation) = AsyncThrowingStream<RuntimeEvent, any Error>.makeStream(
            bufferingPolicy: .bufferingOldest(Self.bufferedEvents)
        )
        let base: URL
        let request: TurnRequest
        do {
            base = try await self.brokerBase()
            request = try await self.onDisk { try await self.prepare(turn, job: job) }
        } catch {
            await self.sessions.end(job, of: appID)
            throw error
        }
        self.logger.info(
            "A turn begins",
            metadata: ["app.id": "\(appID)", "run.id": "\(turn.scope.runID)"]
        )
        let running = RunningTurn(service: self, scope: turn.scope, job: job, continuation: continuation)
        // Ends with the turn; `cancel`, `drain` and the end of the stream's reader stop it.
        let task = Task { await running.run(request, on: runtime, base: base) }
        continuation.onTermination = { _ in task.cancel() }
        await self.sessions.setCancel({ task.cancel() }, for: job)
        return stream
    }

    /// Workspace, home and transcript, in this order, and what the runtime needs to know.
    private func prepare(_ turn: WorkerTurn, job: SessionTable.Job) async throws -> TurnRequest {
        let key = WorkspaceKey.app(turn.scope.appID)
        let workspace = self.directory.url(of: key)
        let filling = try await self.directory.fill(
            key,
            with: turn.sourceFiles ?? self.template.files,
            assignment: turn.assignment,
            restores: turn.restoresFiles
        )
        if filling == .replaced {
            // What the live session knows is as old as the files were.
            await self.sessions.note(nil, for: job, of: turn.scope.appID)
        }
        let home = try await self.homes.home(of: key)
        let session = turn.session.flatMap { $0.runtimeID == turn.settings.runtimeID ? $0 : nil }
        let native = session.map { session in
            SessionTable.Native(runtimeID: session.runtimeID, sessionID: session.sessionID, format: session.format)
        }
        var resume = session?.sessionID
        let keepsLive: Bool
        if turn.session == nil, turn.continuesLiveSession {
            let live = await self.sessions.session(of: turn.scope.appID)?.native
            if live?.runtimeID == turn.settings.runtimeID { resume = live?.sessionID }
            keepsLive = true
        } else {
            keepsLive = await self.sessions.adopt(native, for: job, of: turn.scope.appID)
        }
        if let session, let transcript = session.transcript, session.runtimeID == .claudeCode {
            try await self.transcripts.restore(
                transcript,
                sessionID: session.sessionID,
                key: key,
                workingDirectory: Self.path(of: workspace),
                keepsExisting: keepsLive
            )
        }
        return TurnRequest.builder(
            key: key.rawValue,
            prompt: turn.prompt,
            // Only the worker knows what builds here.
            systemPrompt: [turn.systemPrompt, self.building.briefing].compactMap(\.self).joined(separator: "\n\n"),
            settings: turn.settings,
            maxTurns: turn.maxTurns,
            resume: resume,
            workspace: workspace,
            home: home
        )
    }

    /// Without the slash at the end: the form that a process sees as its working directory.
    private static func path(of folder: URL) -> String {
        let path = folder.path(percentEncoded: false)
        return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    }
}
