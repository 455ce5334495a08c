import Documents
import Domain

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
        RepositoryCheck("anAppsOnlyRunIsKnownFromALaterOne") { store in
            let first = try await RunBench(store)
            let app = AppScope(workspaceID: first.scope.workspaceID, appID: first.scope.appID)
            try expect(try await first.runs.isOnly(first.scope.runID, of: app), "alone")
            _ = try await RunBench(store, number: 3, app: 2)
            try expect(try await first.runs.isOnly(first.scope.runID, of: app), "another app's does not count")
            let second = try await RunBench(store, number: 2)
            try expect(try await !first.runs.isOnly(first.scope.runID, of: app), "no longer")
            try expect(try await !first.runs.isOnly(second.scope.runID, of: app), "nor the later one")
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
            let four = RunUsage.ModelUsage(
                inputTokens: 40,
                outputTokens: 20,
                cacheReadInputTokens: 8,
                cacheCreationInputTokens: 4,
                costUSD: 1
            )
            try expectEqual(total, RunUsage(totalCostUSD: 1, models: ["claude-1.5[1m]": four]), "four times")
        },
        RepositoryCheck("aModelOfAnyNameIsCounted") { store in
            let bench = try await RunBench(store)
            let names = ["", "it's $\"quoted\"\\", "a.b.c", "\u{0}\n", "модель"]
            for (number, name) in names.enumerated() {
                let model = RunUsage.ModelUsage(
                    inputTokens: number + 1,
                    outputTokens: 0,
                    cacheReadInputTokens: 0,
                    cacheCreationInputTokens: 0,
                    costUSD: 0
                )
                let usage = RunUsage(totalCostUSD: 0, models: [name: model])
                _ = try await bench.claim("l\(number)", messages: number + 1)
                try expect(
                    try await bench.end("l\(number)", using: usage, failing: false) != nil,
                    "\(name.debugDescription)"
                )
            }
            let total = try expectSome(try await bench.stored.usage, "usage")
            try expectEqual(total.totalInputTokens, 15, "all of them")
            try expectEqual(total.byModel.count, names.count, "each for itself")
            try expectEqual(total.byModel["unknown"]?.inputTokens, 1, "one without a name too")
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
}
