import Documents
import Domain
import Foundation

extension RepositoryCheck {
    static let apps: [Self] = [
        RepositoryCheck("aTakenNameGetsANumber") { store in
            let apps = AppRepository(store: store)
            let names = try await withThrowingTaskGroup(of: App.self) { group in
                for number in 1...6 {
                    let app = try Sample.app(number, name: number.isMultiple(of: 2) ? "CRM" : "crm")
                    group.addTask { try await apps.insert(app) }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1.nameNormalized) }
            }
            try expectEqual(
                names,
                ["crm", "crm (1)", "crm (2)", "crm (3)", "crm (4)", "crm (5)"],
                "six apps, six names"
            )
            let elsewhere = try await apps.insert(try Sample.app(9, name: "crm", in: "other"))
            try expectEqual(elsewhere.name, "crm", "another workspace has its own names")
        },
        RepositoryCheck("aPersonsNameIsNotReplacedByAGeneratedOne") { store in
            let apps = AppRepository(store: store)
            let scope = Sample.scope(of: try await apps.insert(try Sample.app(1, name: "Draft")))
            let generated = try expectSome(AppName("Lead Tracker"), "a name")
            let chosen = try expectSome(AppName("Leads"), "a name")
            let first = try await apps.rename(scope, to: generated, byPerson: false, at: Sample.moment(1))
            try expectEqual(first?.name, "Lead Tracker", "a generated name replaces a generated one")
            _ = try await apps.rename(scope, to: chosen, byPerson: true, at: Sample.moment(2))
            let second = try await apps.rename(scope, to: generated, byPerson: false, at: Sample.moment(3))
            try expectEqual(second, nil, "but not a person's")
            try expectEqual(try await apps.find(scope)?.name, "Leads", "the person's stays")
        },
        RepositoryCheck("listsPageNewestFirstAndHideTheDeleted") { store in
            let apps = AppRepository(store: store)
            for number in 1...25 {
                _ = try await apps.insert(try Sample.app(number, name: "A\(number)", at: number / 3))
            }
            _ = try await apps.insert(try Sample.app(50, name: "Other", in: "other"))
            let gone = try Sample.app(13, name: "A13")
            _ = try await apps.markDeleted(Sample.scope(of: gone), at: Sample.moment(90))
            let acme = try Sample.workspace("acme")
            var seen: [App.ID] = []
            var page = try await apps.list(in: acme, limit: 7)
            while let last = page.last {
                seen += page.map(\.id)
                page = try await apps.list(in: acme, limit: 7, after: last)
            }
            let wanted: [App.ID] = try (1...25).reversed().filter { $0 != 13 }.map { try Sample.id($0) }
            try expectEqual(seen, wanted, "each once, newest first")
        },
        RepositoryCheck("aDeletedAppIsNowhereAndItsNameIsFree") { store in
            let apps = AppRepository(store: store)
            let app = try await apps.insert(try Sample.app(1, name: "CRM"))
            let scope = Sample.scope(of: app)
            try expect(try await apps.markDeleted(scope, at: Sample.moment(1)) != nil, "marked")
            try expectEqual(try await apps.markDeleted(scope, at: Sample.moment(2)), nil, "once")
            try expectEqual(try await apps.find(scope), nil, "not found")
            try expectEqual(try await apps.describe(scope, as: "x", at: Sample.moment(3)), nil, "not changed")
            try expectEqual(try await apps.insert(try Sample.app(2, name: "CRM")).name, "CRM", "the name is free")
            let due = try await apps.removalsDue(at: Sample.moment(1), limit: 10)
            try expectEqual(due.map(\.id), [app.id], "its remains are due at once")
            try expectEqual(try await apps.removalsDue(at: Sample.moment(0), limit: 10), [], "not before")
            try await apps.scheduleRemoval(scope, at: Sample.moment(5))
            try expectEqual(try await apps.removalsDue(at: Sample.moment(4), limit: 10), [], "put off")
            try expectEqual(try await apps.removalsDue(at: Sample.moment(5), limit: 10).map(\.id), [app.id], "and due")
            try await apps.remove(scope)
            try expectEqual(try await apps.removalsDue(at: Sample.moment(9), limit: 10), [], "removed")
        },
        RepositoryCheck("anotherWorkspaceReachesNoApp") { store in
            let apps = AppRepository(store: store)
            let app = try await apps.insert(try Sample.app(1, name: "CRM"))
            let stranger = AppScope(workspaceID: try Sample.workspace("other"), appID: app.id)
            try expectEqual(try await apps.find(stranger), nil, "find")
            try expectEqual(try await apps.describe(stranger, as: "x", at: Sample.moment(1)), nil, "describe")
            try expectEqual(try await apps.takeRevisionNumber(stranger), nil, "number")
            try expectEqual(try await apps.markDeleted(stranger, at: Sample.moment(1)), nil, "delete")
            try expectEqual(try await apps.find(Sample.scope(of: app)), app, "untouched")
        },
    ]

    static let contents: [Self] = [
        RepositoryCheck("revisionsAreNumberedListedAndKept") { store in
            let apps = AppRepository(store: store)
            let revisions = RevisionRepository(store: store, blobs: BlobRepository(store: store))
            let scope = Sample.scope(of: try await apps.insert(try Sample.app(1, name: "CRM")))
            var made: [SourceRevision] = []
            for number in 1...5 {
                try expectEqual(try await apps.takeRevisionNumber(scope), number, "numbers count up")
                let file = SourceFile(
                    path: try expectSome(SourcePath("src/App.tsx"), "a path"),
                    bytes: Data("v\(number)".utf8)
                )
                let entry = SourceRevision.Entry(
                    path: file.path,
                    hash: ContentHash(of: file.bytes),
                    size: file.bytes.count,
                    isBinary: false
                )
                let revision = SourceRevision(
                    id: try Sample.id(number),
                    workspaceID: scope.workspaceID,
                    appID: scope.appID,
                    number: number,
                    summary: nil,
                    origin: .build,
                    entries: [entry],
                    hash: try expectSome(SourceRevision.hash(of: [file]), "a hash"),
                    artifactHash: nil,
                    createdAt: Sample.moment(number)
                )
                try await revisions.insert(revision, files: [file])
                made.append(revision)
            }
            _ = try await apps.setDraft(made[3], at: Sample.moment(10))
            try expectEqual(
                try await apps.setDraft(made[2], at: Sample.moment(11)),
                nil,
                "an older draft comes too late"
            )
            try expectEqual(try await apps.find(scope)?.draft?.number, 4, "the newer one stays")
            let first = try await revisions.list(of: scope, limit: 2)
            try expectEqual(first.map(\.number), [5, 4], "newest first")
            try expectEqual(
                try await revisions.list(of: scope, limit: 9, before: 4).map(\.number),
                [3, 2, 1],
                "the rest"
            )
            try expectEqual(try await revisions.files(of: made[1]).map(\.bytes), [Data("v2".utf8)], "old contents stay")
            let stranger = AppScope(workspaceID: try Sample.workspace("other"), appID: scope.appID)
            try expectEqual(try await revisions.find(made[0].id, of: stranger), nil, "not from elsewhere")
        },
        RepositoryCheck("attachmentsOfAnySizeComeBackAndAreReplaced") { store in
            let attachments = AttachmentRepository(store: store, identifiers: .live)
            let scope = Sample.scope(of: try Sample.app(1, name: "CRM"))
            let stranger = AppScope(workspaceID: try Sample.workspace("other"), appID: scope.appID)
            for size in [3_000_000, 0, 17] {
                let content = Data(repeating: UInt8(size % 251), count: size)
                let reference = AttachmentRef(
                    id: "a",
                    name: "n.bin",
                    path: AttachmentRules.path(id: "a", name: "n.bin"),
                    size: size,
                    contentType: nil
                )
                try await attachments.put(reference, content: content, in: scope, at: Sample.moment())
                let found = try expectSome(try await attachments.get("a", in: scope), "it is there")
                try expect(found.reference == reference && found.content == content, "\(size) bytes")
                try expect(try await attachments.get("a", in: stranger) == nil, "not elsewhere")
            }
            try await attachments.deleteAll(of: scope)
            try expect(try await attachments.get("a", in: scope) == nil, "gone with its app")
        },
    ]
}
