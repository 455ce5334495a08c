import Documents
import Domain
import Foundation

/// What goes into the worker (spec 02 §5.9, §5.10, §10).
extension TurnRunner {
    /// The native session to go on with; a repeated message starts afresh, for its session has seen another ending.
    func session() async throws -> WorkerSession? {
        guard !self.input.isRerun,
            let state = self.input.run.runtimeSessionStates?[self.input.settings.runtimeID.rawValue]
        else { return nil }
        var transcript: Data?
        if let hash = state.dataHash {
            transcript = try await self.tools.blobs.get(hash, of: .session(state.runtimeID, self.scope))
        }
        return WorkerSession(
            runtimeID: state.runtimeID,
            sessionID: state.sessionID,
            format: state.format ?? "\(state.runtimeID.rawValue)-session",
            transcript: transcript
        )
    }

    /// Puts the conversation's attachments into the workspace of a worker that got the app a moment ago.
    func bringAttachments() async throws {
        let wanted = self.input.messages.flatMap { $0.metadata?.attachments ?? [] }
            .suffix(AttachmentRules.maximumCount)
        guard !wanted.isEmpty else { return }
        let missing = try await self.tools.worker.missingAttachments(wanted.map(\.path), of: self.scope.appID)
        for reference in wanted where missing.contains(reference.path) {
            guard let (stored, content) = try await self.tools.attachments.get(reference.id, in: self.appScope),
                stored.path == reference.path
            else { continue }
            try await self.tools.worker.storeAttachments(
                [.init(reference: stored, bytes: content)],
                of: self.scope.appID
            )
        }
    }

    func workerTurn(_ session: WorkerSession?) async throws -> WorkerTurn {
        // Unreachable counts as "restore needed".
        let status = try? await self.tools.worker.status(of: self.scope.appID)
        var session = session
        var sourceFiles: [SourceFile]?
        let isRestoring = status?.restoreNeeded ?? true
        if isRestoring {
            // Without the files a native session would speak of things that are not there; a transcript travels along.
            if session?.transcript == nil { session = nil }
            if let draft = self.input.app.draft,
                let revision = try await self.tools.revisions.find(draft.revisionID, of: self.appScope)
            {
                sourceFiles = try await self.tools.revisions.files(of: revision)
            }
        }
        let covered =
            session == nil
            ? 0 : self.input.run.runtimeSessionStates?[self.input.settings.runtimeID.rawValue]?.uiMessageCount ?? 0
        return WorkerTurn(
            scope: self.scope,
            appName: self.input.app.name,
            prompt: HandOff.prompt(
                for: self.input.messages,
                covered: covered,
                appName: self.input.app.name,
                settings: self.input.settings
            ),
            systemPrompt: self.input.systemPrompt,
            settings: self.input.settings,
            maxTurns: TurnOutcome.maximumTurns,
            session: session,
            sourceFiles: sourceFiles,
            restoresFiles: isRestoring,
            turnID: self.turn.lease.turnID,
            requestedByUserID: self.input.person.id,
            requestedByUserName: self.input.person.name
        )
    }
}
