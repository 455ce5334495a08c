import Documents
import Domain

/// What a turn needs before its claim; a refusal here has changed nothing (spec 02 §5, steps 2–5 and §11).
extension RunService {
    /// The request's settings for this turn alone where they can be read, else the app's (spec 02 §5.3).
    func settings(of request: ChatRequest, app: App) throws -> RuntimeSettings {
        let asked = self.tools.registry.normalize(
            runtimeID: request.runtimeID,
            model: request.runtimeModel,
            params: request.runtimeParams ?? [:]
        )
        let own = self.tools.registry.normalize(
            runtimeID: app.runtime.runtimeID.rawValue,
            model: app.runtime.model,
            params: app.runtime.params
        )
        guard let settings = asked ?? own else { throw RunRefusal.invalidRuntimeSettings }
        return settings
    }

    /// Puts attachments that the worker's disk has lost back into the workspace (spec 02 §5.5).
    ///
    /// Only what the new message brings must be there; an old file that is gone must not end the conversation.
    func ensureAttachments(_ plan: TurnIntake.Plan, of app: AppScope) async throws {
        let required = Set((plan.messages.last?.metadata?.attachments ?? []).map(\.id))
        let wanted = plan.attachments.suffix(AttachmentRules.maximumCount)
        guard !wanted.isEmpty else { return }
        do {
            let missing = try await self.tools.worker.missingAttachments(wanted.map(\.path), of: app.appID)
            for reference in wanted where missing.contains(reference.path) {
                guard let (stored, content) = try await self.tools.attachments.get(reference.id, in: app),
                    stored.path == reference.path
                else {
                    if required.contains(reference.id) { throw RunRefusal.attachmentUnavailable }
                    continue
                }
                try await self.tools.worker.storeAttachments([.init(reference: stored, bytes: content)], of: app.appID)
            }
        } catch is WorkerRefusal {
            throw RunRefusal.workerUnavailable
        }
    }

    func systemPrompt(
        for app: App,
        plan: TurnIntake.Plan,
        settings: RuntimeSettings,
        author: TurnIntake.Author
    ) async throws -> String {
        let workspace = try await self.tools.workspaces.find(app.workspaceID)
        let user = try await self.tools.users.find(author.id)
        return BuilderPrompt(
            workspaceName: workspace?.name ?? app.workspaceID.rawValue,
            workspaceID: app.workspaceID,
            isLocal: self.tools.isLocal,
            today: self.tools.wallClock.now,
            model: settings.model,
            personName: author.name,
            personRole: user?.profileRole,
            companyContext: workspace?.companyContext,
            userContext: user?.userContext,
            attachments: plan.messages.last?.metadata?.attachments ?? [],
            hasBuild: app.draft != nil
        ).text
    }
}
