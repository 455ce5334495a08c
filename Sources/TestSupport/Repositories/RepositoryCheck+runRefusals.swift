import Documents
import Domain

extension RepositoryCheck {
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
