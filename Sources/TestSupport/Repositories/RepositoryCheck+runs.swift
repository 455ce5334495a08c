import Documents
import Domain

/// A run of an app with short ways through its life.
struct RunBench {
    let runs: RunRepository
    let scope: RunScope

    /// Adds a pending run.
    init(_ store: any DocumentStore, number: Int = 1, app: Int = 1) async throws {
        self.runs = RunRepository(store: store)
        let app = try Sample.app(app, name: "CRM")
        let run = Run(
            id: try Sample.id(number),
            workspaceID: app.workspaceID,
            appID: app.id,
            createdByUserID: try Sample.id(1),
            createdAt: Sample.moment()
        )
        try await self.runs.insert(run)
        self.scope = RunScope(workspaceID: app.workspaceID, appID: app.id, runID: run.id)
    }

    var stored: Run {
        get async throws { try expectSome(try await self.runs.find(self.scope), "the run is there") }
    }

    static func lease(_ id: String) -> StreamLease { StreamLease(id: id, startedAt: Sample.moment(1), owner: "me") }

    static func messages(_ count: Int) -> [UIMessage] {
        (0..<count).map { UIMessage(id: "m\($0)", role: $0.isMultiple(of: 2) ? .user : .assistant, parts: []) }
    }

    func claim(_ id: String, messages: Int = 1, isRerun: Bool = false, as read: Run? = nil) async throws -> Run? {
        let seen: Run
        if let read { seen = read } else { seen = try await self.stored }
        return try await self.runs.claim(
            self.scope,
            as: seen,
            lease: Self.lease(id),
            writing: Self.messages(messages),
            attachments: [],
            isRerun: isRerun,
            at: Sample.moment(2)
        )
    }

    func complete(_ id: String, messages: Int = 2) async throws -> Run? {
        try await self.runs.complete(
            self.scope,
            lease: Self.lease(id),
            messages: Self.messages(messages),
            at: Sample.moment(3)
        )
    }

    func fail(_ id: String, messages: Int? = nil, usage: RunUsage? = nil) async throws -> Run? {
        try await self.runs.fail(
            self.scope,
            lease: Self.lease(id),
            messages: messages.map { Self.messages($0) },
            failure: RunFailure(
                code: .userStopped,
                phase: .clientStop,
                message: "Stopped.",
                retryable: true,
                occurredAt: Sample.moment(3)
            ),
            usage: usage,
            at: Sample.moment(3)
        )
    }

    /// Ends a turn that has used so much, the conversation as it is.
    func end(_ id: String, using usage: RunUsage, failing: Bool) async throws -> Run? {
        if failing { return try await self.fail(id, usage: usage) }
        return try await self.runs.complete(
            self.scope,
            lease: Self.lease(id),
            messages: Self.messages(try await self.stored.messageCount),
            usage: usage,
            at: Sample.moment(3)
        )
    }
}

extension RepositoryCheck {
    static let runLife: [Self] = [
        RepositoryCheck("theNewestRunOfEachAppComesInOneAnswer") { store in
            let summaries = RunSummaries(store: store)
            let mine = try Sample.app(1, name: "CRM")
            let other = try Sample.app(2, name: "Desk")
            let bare = try Sample.app(3, name: "Bare")
            for (number, app, second) in [(1, mine, 1), (2, mine, 7), (3, mine, 7), (4, other, 2), (5, mine, 3)] {
                try await RunRepository(store: store).insert(
                    Run(
                        id: try Sample.id(number),
                        workspaceID: app.workspaceID,
                        appID: app.id,
                        createdByUserID: try Sample.id(1),
                        createdAt: Sample.moment(second)
                    )
                )
            }
            let ids = [mine.id, other.id, bare.id]
            let found = try await summaries.latest(of: ids, in: mine.workspaceID)
            try expectEqual(
                found.mapValues(\.id),
                [mine.id: try Sample.id(3), other.id: try Sample.id(4)],
                "the newest, by its id within a moment"
            )
            for app in [mine, other] {
                let latest = try await summaries.latest(of: Sample.scope(of: app))
                try expectEqual(found[app.id], latest, "as for a single app")
            }
            try expectEqual(try await summaries.latest(of: [], in: mine.workspaceID), [:], "no apps")
            let foreign = try Sample.workspace("foreign")
            try expectEqual(try await summaries.latest(of: ids, in: foreign), [:], "of one workspace only")
        },
        RepositoryCheck("aTurnGoesFromClaimToEnd") { store in
            let bench = try await RunBench(store)
            let claimed = try expectSome(try await bench.claim("l1"), "T1")
            try expectEqual(claimed.status, .streaming, "streaming")
            try expectEqual(claimed.messageCount, 1, "counted")
            try expectEqual(claimed.activeStreamID, nil, "not attachable yet")
            let ready = try await bench.runs.makeAttachable(
                bench.scope,
                lease: RunBench.lease("l1"),
                streamID: "s1",
                at: Sample.moment(2)
            )
            try expectEqual(ready?.activeStreamID, "s1", "T4")
            let ended = try expectSome(try await bench.complete("l1"), "T5")
            try expectEqual(ended.status, .completed, "completed")
            try expect(
                ended.streamLease == nil && ended.activeStreamID == nil && ended.failure == nil,
                "nothing is left"
            )
            try expectEqual(ended.messages, RunBench.messages(2), "the conversation")
            try expect(try await bench.claim("l2", messages: 3) != nil, "T2: the next turn")
            try expectEqual(try await bench.fail("l2")?.messageCount, 3, "T6: what is stored stays")
            let rerun = try expectSome(try await bench.claim("l3", messages: 1, isRerun: true), "T3: again")
            try expect(rerun.failure == nil && rerun.messageCount == 1, "later turns are gone")
        },
        RepositoryCheck("ofEightClaimsOneWins") { store in
            let bench = try await RunBench(store)
            let read = try await bench.stored
            let wins = try await withThrowingTaskGroup(of: Run?.self) { group in
                for number in 0..<8 { group.addTask { try await bench.claim("l\(number)", as: read) } }
                return try await group.reduce(0) { $0 + ($1 == nil ? 0 : 1) }
            }
            try expectEqual(wins, 1, "exactly one worker turn")
        },
        RepositoryCheck("oneRunOfAnAppStreamsAtATime") { store in
            let first = try await RunBench(store, number: 1)
            let second = try await RunBench(store, number: 2)
            let other = try await RunBench(store, number: 3, app: 2)
            try expect(try await first.claim("l1") != nil, "the first")
            try await expectRefusal(
                DocumentStoreError.self,
                "the second",
                matching: { $0 == .duplicate(index: "streaming_app") }
            ) {
                _ = try await second.claim("l2")
            }
            try expectEqual(try await second.stored.status, .pending, "it waits as it was")
            try expect(try await other.claim("l3") != nil, "another app's goes on")
            _ = try await first.complete("l1")
            try expect(try await second.claim("l2") != nil, "then it may")
            try expectEqual(try await first.runs.streaming().count, 2, "both are seen by the watchdog")
        },
        RepositoryCheck("streamingRunsAreReadInPagesWithoutTheirConversations") { store in
            var expected: [Run.ID] = []
            for number in 1...5 {
                let bench = try await RunBench(store, number: number, app: number)
                if number == 3 { continue }
                try expect(try await bench.claim("l\(number)") != nil, "run \(number)")
                expected.append(bench.scope.runID)
            }
            let bench = try await RunBench(store, number: 6, app: 6)
            for size in [1, 2, 3, 4, 5, 500] {
                let found = try await bench.runs.streaming(pageSize: size)
                try expectEqual(found.map(\.id), expected, "all of them, in pages of \(size)")
                try expectEqual(found.map(\.streamLease?.id), ["l1", "l2", "l4", "l5"], "with their leases")
                try expect(found.allSatisfy { $0.status == .streaming }, "no others")
            }
        },
        RepositoryCheck("usageAddsUpFromTurnToTurn") { store in
            let bench = try await RunBench(store)
            let model = RunUsage.ModelUsage(
                inputTokens: 10,
                outputTokens: 5,
                cacheReadInputTokens: 2,
                cacheCreationInputTokens: 1,
                costUSD: 0.25
            )
            let usage = RunUsage(totalCostUSD: 0.25, models: ["claude-1.5[1m]": model])
            for number in 1...4 {
                _ = try await bench.claim("l\(number)", messages: number)
                let failure = number.isMultiple(of: 2)
                try expect(try await bench.end("l\(number)", using: usage, failing: failure) != nil, "turn \(number)")
                try expect(try await bench.end("l\(number)", using: usage, failing: failure) == nil, "once only")
            }
            try expect(try await bench.claim("l5", messages: 5) != nil, "the next turn")
            try expect(try await bench.end("l4", using: usage, failing: true) == nil, "nothing is counted twice (B7)")
            let total = try expectSome(try await bench.stored.usage, "usage")
            try expectEqual(total, usage.adding(usage).adding(usage).adding(usage), "four times")
        },
        RepositoryCheck("attachmentsAreAppended") { store in
            let bench = try await RunBench(store)
            for id in ["a", "b"] {
                let reference = AttachmentRef(
                    id: id,
                    name: id,
                    path: "attachments/\(id)-\(id)",
                    size: 1,
                    contentType: nil
                )
                _ = try await bench.runs.addAttachments(
                    [reference],
                    to: bench.scope,
                    pending: id == "b",
                    at: Sample.moment(1)
                )
            }
            try expectEqual(
                try await bench.stored.attachments.map(\.id),
                ["a", "b"],
                "the second keeps the first (B19)"
            )
            try expectEqual(try await bench.stored.pendingAttachments.map(\.id), ["b"], "for the coming turn")
        },
    ]

    static let runRefusals: [Self] = [
        RepositoryCheck("onlyTheLeaseMayWrite") { store in
            let bench = try await RunBench(store)
            _ = try await bench.claim("l1")
            let before = try await bench.stored
            let wrong = RunBench.lease("l0")
            let time = Sample.moment(9)
            let session = ProviderSessionState(runtimeID: .claudeCode, sessionID: "s")
            let answer = UIMessage(id: "p", role: .assistant, parts: [])
            try expect(
                try await bench.runs.makeAttachable(bench.scope, lease: wrong, streamID: "s", at: time) == nil,
                "T4"
            )
            try expect(try await !bench.runs.beat(bench.scope, lease: wrong, at: time), "heartbeat")
            try expect(
                try await !bench.runs.checkpoint(bench.scope, lease: wrong, answer: answer, at: time),
                "checkpoint"
            )
            try expect(try await !bench.runs.setSession(session, of: bench.scope, lease: wrong), "session")
            try expect(try await bench.complete("l0") == nil, "T5")
            try expect(try await bench.fail("l0") == nil, "T6–T8")
            try expectEqual(try await bench.stored, before, "nothing changed")
            try expect(try await bench.runs.beat(bench.scope, lease: RunBench.lease("l1"), at: time), "the holder may")
        },
        RepositoryCheck("anEndedTurnCannotEndAgain") { store in
            let bench = try await RunBench(store)
            _ = try await bench.claim("l1")
            try expect(try await bench.complete("l1") != nil, "ended")
            try expect(try await bench.fail("l1") == nil, "a late stop changes nothing (B8)")
            try expectEqual(try await bench.stored.status, .completed, "the truth stays")
        },
        RepositoryCheck("aClaimOnAnOldReadLoses") { store in
            let bench = try await RunBench(store)
            let old = try await bench.stored
            _ = try await bench.claim("l1")
            _ = try await bench.complete("l1")
            try expectEqual(try await bench.claim("l2", as: old), nil, "it was pending then (B5)")
            try expectEqual(try await bench.stored.messageCount, 2, "no conversation is overwritten")
        },
        RepositoryCheck("aStreamingRunIsNotScheduled") { store in
            let bench = try await RunBench(store)
            let time = Sample.moment(5)
            try expect(try await bench.runs.scheduleAutoStart(bench.scope, prompt: "fix", at: time) != nil, "T9")
            let claimed = try await bench.claim("l1")
            try expectEqual(claimed?.autoStartPrompt, nil, "a claim takes the prompt (B5)")
            try expectEqual(
                try await bench.runs.scheduleAutoStart(bench.scope, prompt: "fix", at: time),
                nil,
                "not now"
            )
        },
        RepositoryCheck("anotherScopeReachesNoRun") { store in
            let bench = try await RunBench(store)
            let other = try Sample.workspace("other")
            for scope in [
                RunScope(workspaceID: other, appID: bench.scope.appID, runID: bench.scope.runID),
                RunScope(workspaceID: bench.scope.workspaceID, appID: try Sample.id(77), runID: bench.scope.runID),
            ] {
                try expectEqual(try await bench.runs.find(scope), nil, "find")
                let claimed = try await bench.runs.claim(
                    scope,
                    as: bench.stored,
                    lease: RunBench.lease("l"),
                    writing: [],
                    attachments: [],
                    isRerun: false,
                    at: Sample.moment(1)
                )
                try expectEqual(claimed, nil, "claim")
            }
            try await bench.runs.deleteAll(of: AppScope(workspaceID: other, appID: bench.scope.appID))
            try expectEqual(try await bench.stored.status, .pending, "untouched")
        },
        RepositoryCheck("aDeletedAppsRunsAreGone") { store in
            let bench = try await RunBench(store)
            let kept = try await RunBench(store, number: 2, app: 2)
            let app = AppScope(workspaceID: bench.scope.workspaceID, appID: bench.scope.appID)
            try await bench.runs.deleteAll(of: app)
            try expectEqual(try await bench.runs.list(of: app, limit: 10), [], "none of the app (B21)")
            try expectEqual(try await kept.stored.id, kept.scope.runID, "another app keeps its own")
        },
    ]
}
