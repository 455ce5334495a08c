package import Domain

/// Builder runs of an app; every method takes the full parent scope.
///
/// Each transition of spec 02 §4 is one conditional update whose guard is in the filter: `nil` means that the transition did
/// not happen. Every write of a turn presents its lease. At most one run of an app streams: the partial unique index
/// `streaming_app` refuses the second claim. Messages are bounded on their way in (`BoundedMessages`): at most 4 MiB of
/// them, and half of that for the answer so far, under the 8 MiB that a document may have.
package struct RunRepository: Sendable {
    /// The answer so far lies beside the messages, in the same document.
    private static let partialAnswerBytes = 2_097_152

    private let runs: Collection<Run>
    private let turns: Collection<StreamingRun>

    package init(store: any DocumentStore) {
        self.runs = Collection(Collections.runs, in: store)
        self.turns = Collection(Collections.runs, in: store)
    }

    // MARK: - Reading

    package func find(_ scope: RunScope) async throws -> Run? {
        try await self.runs.first(where: .run(scope))
    }

    /// Newest first.
    package func list(of app: AppScope, limit: Int) async throws -> [Run] {
        try await self.runs.find(Self.listQuery(of: app, limit: limit))
    }

    package func isOnly(_ id: Run.ID, of app: AppScope) async throws -> Bool {
        var query = Self.listQuery(of: app, limit: 2)
        query.omitted = Self.bulk
        return try await self.turns.find(query).map(\.id) == [id]
    }

    /// The query behind `list`, for tests that read its plan.
    package static func listQuery(of app: AppScope, limit: Int) -> Query {
        Query(.ofApp(app), sort: [.descending("createdAt"), .descending("_id")], limit: limit)
    }

    /// Every streaming run of every workspace without its conversation, for the watchdog and for recovery at start; read
    /// in pages.
    package func streaming(pageSize: Int = 500) async throws -> [StreamingRun] {
        var found: [StreamingRun] = []
        while true {
            let page = try await self.turns.find(
                Query(
                    .text("status", Run.Status.streaming.rawValue),
                    sort: [.ascending("workspaceId"), .ascending("_id")],
                    limit: pageSize,
                    after: found.last.map { [.string($0.workspaceID.rawValue), .string($0.id.rawValue)] },
                    omitting: Self.bulk
                )
            )
            found += page
            guard page.count == pageSize else { return found }
        }
    }

    /// Members that can be large, and of which a turn's state says nothing.
    private static let bulk: [FieldPath] = [
        "messages", "partialAnswer", "attachments", "pendingAttachments", "runtimeSessionStates", "usage",
        "partialUsage",
    ]

    // MARK: - Life

    package func insert(_ run: Run) async throws {
        try await self.runs.insert(run)
    }

    /// T1–T3: makes the run `streaming` under a new lease, if it is still as it was read.
    ///
    /// A rerun forgets the native sessions, which have seen messages that are discarded now.
    ///
    /// - Throws: `DocumentStoreError.duplicate(index: "streaming_app")` when another run of the app streams.
    package func claim(
        _ scope: RunScope,
        as read: Run,
        lease: StreamLease,
        writing messages: [UIMessage],
        attachments: [AttachmentRef],
        isRerun: Bool,
        at time: Timestamp
    ) async throws -> Run? {
        let forgetting: [Update.Operation] = isRerun ? [.unset("sessionState"), .unset("runtimeSessionStates")] : []
        return try await self.runs.update(
            where: .run(scope) && .text("status", read.status.rawValue)
                && .notEquals("status", .string(Run.Status.streaming.rawValue))
                && .equals("messageCount", .integer(Int64(read.messageCount)))
                && .text("updatedAt", read.updatedAt.text),
            [
                .set("status", .string(Run.Status.streaming.rawValue)),
                try .assign("messages", BoundedMessages(messages).messages),
                .set("messageCount", .integer(Int64(messages.count))), try .assign("streamLease", lease),
                .unset("activeStreamId"), .unset("failure"), .unset("autoStartPrompt"), .unset("partialAnswer"),
                .unset("awaitsDecision"),
                try .assign("attachments", attachments), .set("pendingAttachments", []), .stamp("updatedAt", time),
            ] + forgetting
        )
    }

    /// T4: viewers may attach from now on.
    package func makeAttachable(
        _ scope: RunScope,
        lease: StreamLease,
        streamID: String,
        at time: Timestamp
    ) async throws -> Run? {
        try await self.runs.update(
            where: self.held(scope, lease),
            [
                .set("activeStreamId", .string(streamID)), .stamp("streamLease.heartbeatAt", time),
                .stamp("updatedAt", time),
            ]
        )
    }

    /// Shows that the turn's owner lives.
    package func beat(_ scope: RunScope, lease: StreamLease, at time: Timestamp) async throws -> Bool {
        try await self.runs.update(where: self.held(scope, lease), [.stamp("streamLease.heartbeatAt", time)]) != nil
    }

    /// Keeps the answer so far and what it has used, for the case that somebody else ends the turn.
    package func checkpoint(
        _ scope: RunScope,
        lease: StreamLease,
        answer: UIMessage,
        usage: RunUsage? = nil,
        at time: Timestamp
    ) async throws -> Bool {
        try await self.runs.update(
            where: self.held(scope, lease),
            [
                try .assign(
                    "partialAnswer",
                    BoundedMessages([answer], maximumBytes: Self.partialAnswerBytes).messages[0]
                ),
                try .assign("partialUsage", usage), .stamp("streamLease.heartbeatAt", time),
                .stamp("updatedAt", time),
            ]
        ) != nil
    }

    /// T5; `awaitsDecision` when the answer ended with a card that a person has to decide about.
    ///
    /// What the turn used is added in the same write, so that it is counted once and only by the turn's owner (B7).
    package func complete(
        _ scope: RunScope,
        lease: StreamLease,
        messages: [UIMessage],
        awaitsDecision: Bool = false,
        usage: RunUsage? = nil,
        at time: Timestamp
    ) async throws -> Run? {
        var operations = try self.ending(.completed, messages, nil, at: time) + Self.adding(usage)
        if awaitsDecision { operations.append(.set("awaitsDecision", true)) }
        return try await self.runs.update(where: self.held(scope, lease), operations)
    }

    /// T6–T8: `messages` `nil` keeps what is stored; usage as at the regular end, or as of the last checkpoint when
    /// somebody else than the turn's owner ends it.
    package func fail(
        _ scope: RunScope,
        lease: StreamLease,
        messages: [UIMessage]?,
        failure: RunFailure,
        usage: RunUsage? = nil,
        at time: Timestamp
    ) async throws -> Run? {
        try await self.runs.update(
            where: self.held(scope, lease),
            try self.ending(.failed, messages, failure, at: time) + Self.adding(usage)
        )
    }

    /// T9: a prompt of the platform waits for the next opened chat.
    package func scheduleAutoStart(_ scope: RunScope, prompt: String, at time: Timestamp) async throws -> Run? {
        try await self.runs.update(
            where: .run(scope) && .notEquals("status", .string(Run.Status.streaming.rawValue)),
            [
                .set("status", .string(Run.Status.pending.rawValue)), .set("autoStartPrompt", .string(prompt)),
                .unset("failure"), .unset("streamLease"), .unset("activeStreamId"), .stamp("updatedAt", time),
            ]
        )
    }

    // MARK: - What a turn leaves behind

    /// Kept only while the lease holds, so that an old turn cannot overwrite a newer session.
    package func setSession(
        _ session: ProviderSessionState,
        of scope: RunScope,
        lease: StreamLease
    ) async throws -> Bool {
        let path = FieldPath("runtimeSessionStates.\(session.runtimeID.rawValue)")
        return try await self.runs.update(
            where: self.held(scope, lease),
            [try .assign("sessionState", session), try .assign(path, session)]
        ) != nil
    }

    /// Forgets a native session that is gone.
    package func clearSession(of runtime: RuntimeID, in scope: RunScope, lease: StreamLease) async throws {
        _ = try await self.runs.update(
            where: self.held(scope, lease),
            [.unset("sessionState"), .unset(FieldPath("runtimeSessionStates.\(runtime.rawValue)"))]
        )
    }

    /// Adds attachments to the run, those of the coming turn included (spec 02 B19).
    package func addAttachments(
        _ attachments: [AttachmentRef],
        to scope: RunScope,
        pending: Bool,
        at time: Timestamp
    )
        async throws -> Run?
    {
        let values = try attachments.map { try JSONValue(encoding: $0) }
        var operations: [Update.Operation] = [
            .push("attachments", values, keepLast: AttachmentRules.maximumPerRun), .stamp("updatedAt", time),
        ]
        if pending { operations.append(.push("pendingAttachments", values, keepLast: AttachmentRules.maximumCount)) }
        return try await self.runs.update(where: .run(scope), operations)
    }

    package func deleteAll(of app: AppScope) async throws {
        _ = try await self.runs.delete(where: .ofApp(app))
    }

    /// Adds one turn's usage to the run's: totals and models are increments.
    private static func adding(_ usage: RunUsage?) -> [Update.Operation] {
        guard let usage, !usage.isZero else { return [] }
        var operations: [Update.Operation] = [
            .increment("usage.totalCostUsd", .number(usage.totalCostUSD)),
            .increment("usage.totalInputTokens", .integer(Int64(usage.totalInputTokens))),
            .increment("usage.totalOutputTokens", .integer(Int64(usage.totalOutputTokens))),
            .increment("usage.totalCacheReadTokens", .integer(Int64(usage.totalCacheReadTokens))),
            .increment("usage.totalCacheCreationTokens", .integer(Int64(usage.totalCacheCreationTokens))),
        ]
        if usage.byModel.isEmpty { operations.append(.increment("usage.byModel.unknown.costUsd", .number(0))) }
        for (key, model) in usage.byModel {
            let path = "usage.byModel.\(key)."
            operations += [
                .increment(FieldPath(path + "inputTokens"), .integer(Int64(model.inputTokens))),
                .increment(FieldPath(path + "outputTokens"), .integer(Int64(model.outputTokens))),
                .increment(FieldPath(path + "cacheReadInputTokens"), .integer(Int64(model.cacheReadInputTokens))),
                .increment(
                    FieldPath(path + "cacheCreationInputTokens"),
                    .integer(Int64(model.cacheCreationInputTokens))
                ),
                .increment(FieldPath(path + "costUsd"), .number(model.costUSD)),
            ]
        }
        return operations
    }

    // MARK: - Guards

    private func held(_ scope: RunScope, _ lease: StreamLease) -> Filter {
        .run(scope) && .text("status", Run.Status.streaming.rawValue) && .text("streamLease.id", lease.id)
    }

    private func ending(
        _ status: Run.Status,
        _ messages: [UIMessage]?,
        _ failure: RunFailure?,
        at time: Timestamp
    ) throws
        -> [Update.Operation]
    {
        var operations: [Update.Operation] = [
            .set("status", .string(status.rawValue)), .unset("activeStreamId"), .unset("streamLease"),
            .unset("partialAnswer"), .unset("partialUsage"), try .assign("failure", failure),
            .stamp("updatedAt", time),
        ]
        if let messages {
            operations.append(try .assign("messages", BoundedMessages(messages).messages))
            operations.append(.set("messageCount", .integer(Int64(messages.count))))
        }
        return operations
    }
}
