import Application
import Domain
import Foundation
import Testing
import WebUI

@Suite
struct AppPageTests {
    private static let hostile = "</script><script>alert(1)</script><!-- \" onload=\"x"

    private let kit: PageKit
    private let owner: WorkspaceMember
    private let viewer: WorkspaceMember
    private let workspaceID: Workspace.ID

    init() throws {
        let pages = try PagesUnderTest()
        self.kit = pages.kit
        self.owner = try Self.member("ada", of: pages)
        self.viewer = try Self.member("bo", of: pages)
        self.workspaceID = try #require(WorkspaceID("acme"))
    }

    private static func member(_ name: String, of pages: PagesUnderTest) throws -> WorkspaceMember {
        let person = try #require(pages.people[name])
        return WorkspaceMember(user: person.user, membership: try #require(person.memberships.first))
    }

    private var stamp: Timestamp { Timestamp(milliseconds: 1_767_225_600_000) }

    private func app(prompt: String? = "Build it") throws -> App {
        App(
            id: try #require(App.ID(PagesUnderTest.appID)),
            workspaceID: self.workspaceID,
            createdByUserID: self.owner.userID,
            name: try #require(AppName("Lead <b>tracker</b>")),
            isNamedByPerson: true,
            prompt: prompt,
            runtime: .standard,
            createdAt: self.stamp
        )
    }

    private func run(_ messages: [UIMessage]) throws -> Run {
        var run = Run(
            id: try #require(Run.ID("c123456789abcdef01234567")),
            workspaceID: self.workspaceID,
            appID: try #require(App.ID(PagesUnderTest.appID)),
            createdByUserID: self.owner.userID,
            createdAt: self.stamp
        )
        run.messages = messages
        return run
    }

    private func html(
        by member: WorkspaceMember,
        app: App,
        run: Run?,
        isFirstRun: Bool = true,
        wantsDraft: Bool = false
    ) throws -> String {
        let access = try #require(AppAccess(to: app, by: member.userID, role: member.role, teamIDs: []))
        let page = AppPage(
            opened: OpenedApp(app: app, access: access),
            member: member,
            run: run,
            isFirstRun: isFirstRun,
            wantsDraft: wantsDraft,
            registry: .standard,
            kit: self.kit
        )
        return try self.kit.html("app/app", page, in: PageFrame(title: app.name, theme: .light))
    }

    /// The JSON between the tags of the element that the modules read.
    private func bootstrap(in html: String) throws -> JSONValue {
        let start = try #require(html.range(of: "id=\"bootstrap\">"))
        let rest = html[start.upperBound...]
        let end = try #require(rest.range(of: "</script>"))
        return try JSONValue(parsing: Data(rest[..<end.lowerBound].utf8))
    }

    @Test
    func whatWasWrittenStaysTextInThePageAndInItsData() throws {
        let messages = [
            UIMessage(id: "u1", role: .user, parts: [.text(.init(text: Self.hostile))]),
            UIMessage(
                id: "a1",
                role: .assistant,
                parts: [.reasoning(.init(text: Self.hostile)), .text(.init(text: "Hm"))]
            ),
        ]
        let html = try self.html(
            by: self.owner,
            app: self.app(prompt: Self.hostile),
            run: self.run(messages)
        )
        #expect(!html.contains("<script>alert"))
        #expect(!html.contains("onload=\"x"))
        #expect(!html.contains("<b>tracker"))
        let data = try self.bootstrap(in: html)
        #expect(data["prompt"]?.string == Self.hostile)
        #expect(data["run"]?["messages"]?.array?.first?["parts"]?.array?.first?["text"]?.string == Self.hostile)
    }

    @Test
    func aLaterConversationDoesNotSendTheAppsPromptAgain() throws {
        let html = try self.html(by: self.owner, app: self.app(prompt: "Track"), run: self.run([]), isFirstRun: false)
        #expect(try self.bootstrap(in: html)["prompt"]?.string == nil)
    }

    @Test
    func theFirstPaintHasTheConversation() throws {
        let messages = (1...60).map { UIMessage(id: "m\($0)", role: .user, parts: [.text(.init(text: "Wish \($0)."))]) }
        let html = try self.html(by: self.owner, app: self.app(), run: self.run(messages))
        #expect(html.contains("Wish 60.</p>"))
        #expect(html.contains("Wish 11.</p>"))
        #expect(!html.contains("Wish 10.</p>"))
    }

    @Test
    func nothingBuiltGivesTheConversationThePage() throws {
        let html = try self.html(by: self.owner, app: self.app(), run: nil)
        #expect(html.contains("data-mode=\"full\""))
        #expect(html.contains("data-built=\"false\""))
        #expect(html.contains("data-version=\"draft\""))
    }

    @Test
    func viewersGetThePublishedVersionWithoutTheConversationOrThePrompt() throws {
        var app = try self.app(prompt: "A secret wish")
        app.published = try self.pointer()
        app.draft = try self.pointer()
        app.publishStatus = .published
        app.visibility = .workspace
        let html = try self.html(by: self.viewer, app: app, run: nil, wantsDraft: true)
        #expect(html.contains("data-version=\"published\""))
        #expect(html.contains("data-mode=\"hidden\""))
        for absent in ["A secret wish", "data-testid=\"transcript\"", "data-testid=\"files-panel\"", "version-toggle"] {
            #expect(!html.contains(absent), "\(absent)")
        }
    }

    @Test
    func collaboratorsChooseBetweenTheVersions() throws {
        var app = try self.app()
        app.published = try self.pointer()
        app.draft = try self.pointer()
        let published = try self.html(by: self.owner, app: app, run: nil)
        #expect(published.contains("data-testid=\"version-toggle\" data-version=\"published\""))
        let draft = try self.html(by: self.owner, app: app, run: nil, wantsDraft: true)
        #expect(draft.contains("data-testid=\"version-toggle\" data-version=\"draft\""))
        #expect(draft.contains("data-mode=\"panel\""))
    }

    private func pointer() throws -> App.Pointer {
        let hash = ContentHash(of: Data("x".utf8))
        let revision = SourceRevision(
            id: try #require(SourceRevision.ID("d123456789abcdef01234567")),
            workspaceID: self.workspaceID,
            appID: try #require(App.ID(PagesUnderTest.appID)),
            number: 1,
            summary: nil,
            origin: .build,
            entries: [],
            hash: hash,
            artifactHash: hash,
            createdAt: self.stamp
        )
        return App.Pointer(revision, at: self.stamp)
    }
}
