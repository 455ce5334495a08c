import Bus
import Documents
package import Domain
import Foundation
import Logging
import Wire

/// Builder runs: made, listed, read, driven by chat messages, stopped and watched (spec 02 §4–§6).
///
/// Callers have checked who may do what; every method takes the full parent scope.
package struct RunService: Sendable {
    let tools: RunTools
    let supervisor: TurnSupervisor
    let watch: TurnWatch

    package init(tools: RunTools, supervisor: TurnSupervisor) {
        self.tools = tools
        self.supervisor = supervisor
        self.watch = TurnWatch(bus: tools.bus, uptime: tools.uptime)
    }

    package func create(in app: AppScope, by userID: User.ID) async throws -> Run {
        let run = Run(
            id: self.tools.identifiers.make(),
            workspaceID: app.workspaceID,
            appID: app.appID,
            createdByUserID: userID,
            createdAt: self.tools.wallClock.now
        )
        try await self.tools.runs.insert(run)
        await self.tools.events.publish(.runCreated, of: run)
        return run
    }

    /// Newest first, at most 50.
    package func newest(of app: AppScope) async throws -> Run? {
        try await self.tools.runs.list(of: app, limit: 1).first
    }

    /// Whether the app never had another run than this one.
    package func isOnly(_ run: Run, of app: AppScope) async throws -> Bool {
        try await self.tools.runs.isOnly(run.id, of: app)
    }

    /// - Throws: `RunRefusal.runNotFound`.
    package func find(_ scope: RunScope) async throws -> Run {
        guard let run = try await self.tools.runs.find(scope) else { throw RunRefusal.runNotFound }
        return run
    }

    // MARK: - Chat

    /// What POST chat answers: always 200 with an event stream (spec 02 §4).
    package struct ChatAnswer: Sendable {
        /// `x-second-chat-…` headers.
        package var headers: [(name: String, value: String)]
        package var stream: RunStream
    }

    /// Judges the request, claims the run and starts its turn, which then belongs to the server.
    ///
    /// - Throws: `RunRefusal`, before anything has changed.
    package func send(
        _ request: ChatRequest,
        to scope: RunScope,
        by author: TurnIntake.Author
    ) async throws -> ChatAnswer {
        for _ in 0..<Self.maximumClaims {
            if let answer = try await self.attempt(request, to: scope, by: author) { return answer }
        }
        return Self.staleInput
    }

    /// How often a message is judged anew because something beside the conversation changed before its claim.
    static let maximumClaims = 5

    /// `nil` when the run has changed since it was read and the message may still fit it.
    private func attempt(
        _ request: ChatRequest,
        to scope: RunScope,
        by author: TurnIntake.Author
    ) async throws -> ChatAnswer? {
        let run = try await self.find(scope)
        guard let app = try await self.tools.apps.find(scope.app) else { throw RunRefusal.runNotFound }
        let now = self.tools.wallClock.now
        switch TurnIntake.judge(request, on: run, by: author, draft: app.draft?.revisionID, at: now) {
        case .duplicate:
            if let recovered = try await self.recoverIfStale(run) { return recovered }
            return self.rejected("already_streaming", nil)
        case .busy:
            if let recovered = try await self.recoverIfStale(run) { return recovered }
            return self.rejected(
                "already_streaming",
                "The builder is still working on the last message.",
                retryable: true,
                code: "run_already_streaming"
            )
        case .staleInput: return Self.staleInput
        case .approvalPending:
            return self.rejected(
                "approval_pending",
                "A card waits for your decision. Answer it first.",
                retryable: false,
                code: "approval_pending"
            )
        case .start(let plan):
            let settings = try self.settings(of: request, app: app)
            try await self.ensureAttachments(plan, of: scope.app)
            return try await self.claim(run, plan, app: app, settings: settings, author: author)
        }
    }

    private func claim(
        _ run: Run,
        _ plan: TurnIntake.Plan,
        app: App,
        settings: RuntimeSettings,
        author: TurnIntake.Author
    ) async throws -> ChatAnswer? {
        let scope = RunScope(workspaceID: run.workspaceID, appID: run.appID, runID: run.id)
        let now = self.tools.wallClock.now
        let lease = StreamLease(id: self.tools.identifiers.token(), startedAt: now, owner: self.supervisor.owner)
        // Everything that may fail without having changed anything comes before the claim.
        let prompt = try await self.systemPrompt(for: app, plan: plan, settings: settings, author: author)
        let messages = StoredHistory.fit(plan.messages)
        let claimed: Run?
        do {
            claimed = try await self.tools.runs.claim(
                scope,
                as: run,
                lease: lease,
                writing: messages,
                attachments: plan.attachments,
                isRerun: plan.isRerun,
                at: now
            )
        } catch DocumentStoreError.duplicate(index: "streaming_app") {
            return self.rejected(
                "already_streaming",
                "The builder is working in another conversation of this app.",
                retryable: true,
                code: "run_already_streaming"
            )
        }
        guard let claimed else { return try await self.lost(scope, plan, as: run) }
        let turn = ActiveTurn(
            scope: scope,
            lease: lease,
            streamID: self.tools.identifiers.token(),
            assistantID: "msg-" + self.tools.identifiers.token(bytes: 12)
        )
        let input = TurnInput(
            app: app,
            run: run,
            messages: messages,
            isRerun: plan.isRerun,
            settings: settings,
            systemPrompt: prompt,
            person: author
        )
        do {
            let reader = try await self.start(turn, input, claimed)
            return ChatAnswer(headers: [], stream: RunStream(.log(reader), streamID: turn.streamID))
        } catch {
            // Between claim and stream nothing may leave the run hanging (spec 02 B7).
            let failure = RunFailure(
                code: .unknown,
                phase: .claim,
                message: "The turn could not be started. Try again.",
                retryable: true,
                occurredAt: self.tools.wallClock.now
            )
            if let failed = try await self.tools.runs.fail(
                scope,
                lease: lease,
                messages: nil,
                failure: failure,
                at: self.tools.wallClock.now
            ) {
                await self.tools.events.publish(.runFailed, of: failed)
            }
            await self.finishLog(turn.log, of: scope.runID)
            throw error
        }
    }

    /// The run has ended already; a bus that is away then keeps nobody from hearing it (spec 02 B6, B7).
    func finishLog(_ log: LogKey, of runID: Run.ID) async {
        do {
            try await self.tools.bus.finishLog(log)
        } catch {
            self.tools.logger.warning(
                "A turn's log could not be finished",
                metadata: ["run.id": "\(runID)", "error": "\(String(reflecting: error))"]
            )
        }
    }

    /// Opens the turn's log and hands the turn to its owner.
    private func start(_ turn: ActiveTurn, _ input: TurnInput, _ claimed: Run) async throws -> LogReader {
        try await self.tools.bus.createLog(turn.log, limits: .turn)
        try await self.rememberStream(of: turn)
        let reader = try await self.tools.bus.readLog(turn.log, after: 0)
        await self.tools.events.publish(.runStarting, of: claimed)
        let runner = TurnRunner(turn: turn, input: input, tools: self.tools)
        guard self.supervisor.start(turn, { await runner.run() }) else { throw RunRefusal.workerUnavailable }
        return reader
    }

    /// A claim that lost its race says what the winner made of the run; `nil` when the conversation is as it was, as after
    /// an upload to it.
    private func lost(_ scope: RunScope, _ plan: TurnIntake.Plan, as read: Run) async throws -> ChatAnswer? {
        guard let now = try await self.tools.runs.find(scope) else {
            return self.rejected("not_found", "This conversation is gone.", retryable: false, code: "claim_rejected")
        }
        guard now.status == .streaming else { return now.messages == read.messages ? nil : Self.staleInput }
        if now.messages.contains(where: { $0.id == plan.messages.last?.id }) {
            return self.rejected("already_streaming", nil)
        }
        return self.rejected(
            "already_streaming",
            "The builder is still working on the last message.",
            retryable: true,
            code: "run_already_streaming"
        )
    }

    // MARK: - Answers without a turn

    private static let staleInput = Self.rejection(
        "stale_input",
        "This conversation has moved on. Look at its newest state and send again.",
        retryable: false,
        code: "claim_rejected"
    )

    private func rejected(_ result: String, _ text: String?, retryable: Bool? = nil, code: String? = nil) -> ChatAnswer
    {
        Self.rejection(result, text, retryable: retryable, code: code)
    }

    private static func rejection(_ result: String, _ text: String?, retryable: Bool?, code: String?) -> ChatAnswer {
        var headers = [(name: "x-second-chat-claim-result", value: result)]
        if let retryable { headers.append(("x-second-chat-retryable", retryable ? "true" : "false")) }
        if let code { headers.append(("x-second-chat-error-code", code)) }
        return ChatAnswer(headers: headers, stream: RunStream(.fixed(text.map { [.error(errorText: $0)] } ?? [])))
    }

    /// T8: a streaming run whose owner is silent for too long is failed; the answer tells to send again.
    private func recoverIfStale(_ run: Run) async throws -> ChatAnswer? {
        guard let lease = run.streamLease, await self.isAbandoned(StreamingRun(run), lease) else { return nil }
        guard try await self.fail(run, lease: lease, phase: .claim) else { return nil }
        return Self.rejection(
            "stale_stream_recovered",
            "The last turn was lost and has been closed. Send your message again.",
            retryable: true,
            code: "stale_stream_recovered"
        )
    }
}
