import Application
import Documents
import Domain
import Foundation
import TestShapes
import TestSupport
import Testing

/// What the list at the side costs (spec 01 §16).
@Suite
struct SidebarTests {
    /// A query per app would be a hundred round trips to a database server for one page.
    @Test(arguments: [0, 1, 2, 99])
    func theStatesOfAllAppsAreOneQuery(count: Int) async throws {
        let place = try await Place()
        var expected: [App.ID: Run.Status] = [:]
        for number in 0..<count {
            let app = try await place.addApp(number)
            // Every third has no run, and in every second the newest differs from the older ones.
            guard number % 3 != 2 else { continue }
            try await place.addRun(of: app, .failed, at: 1)
            try await place.addRun(of: app, number % 2 == 0 ? .completed : .failed, at: 2)
            expected[app.id] = number % 2 == 0 ? .completed : .failed
        }
        let before = place.store.seen.count
        let rows = try await place.sidebar.rows(of: place.member)
        let asked = place.store.seen.dropFirst(before)
        #expect(rows.count == count)
        let states = rows.compactMap { row in row.runStatus.map { (row.app.id, $0) } }
        #expect(Dictionary(uniqueKeysWithValues: states) == expected)
        #expect(asked.filter { $0.collection.name == Collections.runs.name }.count == min(count, 1))
        #expect(asked.count <= 3, "\(asked.map(\.collection.name))")
        let statuses = try await place.sidebar.statuses(of: place.member)
        #expect(Dictionary(uniqueKeysWithValues: statuses.map { ($0.appID, $0.run) }) == expected)
    }

    @Test func theStatesOfAppsOfOthersAreNotAskedFor() async throws {
        let place = try await Place()
        let mine = try await place.addApp(1)
        try await place.addRun(of: mine, .completed, at: 1)
        let others = try await place.addApp(2, by: place.other.userID, isPublished: true)
        try await place.addRun(of: others, .failed, at: 1)
        let before = place.store.seen.count
        let rows = try await place.sidebar.rows(of: place.member)
        #expect(rows.map(\.app.id) == [others.id, mine.id])
        #expect(rows.map(\.runStatus) == [nil, .completed])
        let asked = place.store.seen.dropFirst(before).compactMap(\.query.firstOfEach)
        #expect(asked == [.init("appId", of: [mine.id.rawValue])])
    }

    /// Conversations are megabytes and no part of a list.
    @Test func noConversationIsReadForAList() async throws {
        let place = try await Place()
        try await place.addRun(of: try await place.addApp(1), .completed, at: 1)
        let before = place.store.seen.count
        _ = try await place.sidebar.sidebar(of: place.member)
        for question in place.store.seen.dropFirst(before) where question.collection.name == Collections.runs.name {
            #expect(question.query.omitted.contains("messages"))
            let found = try await place.store.find(question.query, in: question.collection)
            let document = try JSONValue(parsing: try #require(found.first))
            #expect(document["messages"] == nil)
            #expect(document["status"] == "completed")
        }
    }
}

/// One workspace with two members, over a store that notes what it is asked and looks at plans.
private struct Place: Sendable {
    let store: WatchedStore
    let sidebar: SidebarService
    let member: WorkspaceMember
    let other: WorkspaceMember
    private let start = Timestamp(milliseconds: 1_800_000_000_000)

    init() async throws {
        self.store = WatchedStore(try TestShape.store { Issue.record(Comment(rawValue: $0)) })
        try await self.store.prepare(Collections.all)
        let workspaces = WorkspaceRepository(store: self.store, identifiers: .live)
        self.sidebar = SidebarService(
            apps: AppRepository(store: self.store),
            runs: RunSummaries(store: self.store),
            workspaces: workspaces
        )
        var members: [WorkspaceMember] = []
        for name in ["Ada", "Bo"] {
            let user = User(
                id: IdentifierSource.live.make(),
                email: "\(name)@acme.test",
                displayName: name,
                createdAt: self.start
            )
            let workspace = try #require(WorkspaceID("acme"))
            try await workspaces.join(user.id, to: workspace, as: .member, at: self.start)
            let membership = Membership(
                id: IdentifierSource.live.make(),
                workspaceID: workspace,
                userID: user.id,
                role: .member,
                createdAt: self.start
            )
            members.append(WorkspaceMember(user: user, membership: membership))
        }
        self.member = members[0]
        self.other = members[1]
    }

    func addApp(_ number: Int, by author: User.ID? = nil, isPublished: Bool = false) async throws -> App {
        var app = App(
            id: IdentifierSource.live.make(),
            workspaceID: self.member.workspaceID,
            createdByUserID: author ?? self.member.userID,
            name: try #require(AppName("App \(number)")),
            isNamedByPerson: false,
            prompt: nil,
            runtime: .standard,
            createdAt: self.start.adding(.seconds(number))
        )
        if isPublished {
            let hash = ContentHash(of: Data(app.id.rawValue.utf8))
            let revision = SourceRevision(
                id: IdentifierSource.live.make(),
                workspaceID: app.workspaceID,
                appID: app.id,
                number: 1,
                summary: nil,
                origin: .build,
                entries: [],
                hash: hash,
                artifactHash: hash,
                createdAt: self.start
            )
            app.visibility = .workspace
            app.published = App.Pointer(revision, at: self.start)
        }
        return try await AppRepository(store: self.store).insert(app)
    }

    func addRun(of app: App, _ status: Run.Status, at seconds: Int) async throws {
        var run = Run(
            id: IdentifierSource.live.make(),
            workspaceID: app.workspaceID,
            appID: app.id,
            createdByUserID: self.member.userID,
            createdAt: self.start.adding(.seconds(seconds))
        )
        run.status = status
        run.messages = [UIMessage(id: "u1", role: .user, parts: [.text(.init(text: "A long talk"))])]
        try await RunRepository(store: self.store).insert(run)
    }
}
