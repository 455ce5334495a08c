package import Application
package import Domain
import Foundation
package import Hummingbird
package import WebGate

/// Gathers what the frame around a workspace page shows.
package struct ShellSource: Sendable {
    /// The sidebar's list for one person.
    package typealias Contents = @Sendable (WorkspaceMember) async throws -> ShellContents
    package typealias FindWorkspace = @Sendable (Workspace.ID) async throws -> Workspace?

    private let contents: Contents
    private let findWorkspace: FindWorkspace
    private let kit: PageKit

    package init(contents: @escaping Contents, findWorkspace: @escaping FindWorkspace, kit: PageKit) {
        self.contents = contents
        self.findWorkspace = findWorkspace
        self.kit = kit
    }

    /// The frame for a page of the workspace that the request's path names.
    package func shell(
        for context: WorkspaceContext,
        _ request: Request,
        currentAppID: App.ID? = nil,
        isHome: Bool = false
    ) async throws -> ShellModel {
        let contents = try await self.contents(context.member)
        return try await self.shell(for: context, request, contents, currentAppID: currentAppID, isHome: isHome)
    }

    package func workspace(_ id: Workspace.ID) async throws -> Workspace? {
        try await self.findWorkspace(id)
    }

    func contents(of member: WorkspaceMember) async throws -> ShellContents {
        try await self.contents(member)
    }

    func shell(
        for context: WorkspaceContext,
        _ request: Request,
        _ contents: ShellContents,
        currentAppID: App.ID? = nil,
        isHome: Bool = false
    ) async throws -> ShellModel {
        var workspaces: [Workspace] = []
        for membership in context.person.memberships {
            if let workspace = try await self.findWorkspace(membership.workspaceID) { workspaces.append(workspace) }
        }
        guard let workspace = workspaces.first(where: { $0.id == context.workspaceID }) else {
            throw GateRefusal.notFound
        }
        return ShellModel(
            member: context.member,
            workspace: workspace,
            workspaces: workspaces,
            memberCount: contents.memberCount,
            apps: contents.apps.map { ShellApp($0, isCurrent: $0.app.id == currentAppID) },
            currentAppID: currentAppID,
            isHome: isHome,
            isSidebarOpen: PageCookies(request).isSidebarOpen,
            assets: self.kit.assets
        )
    }
}

/// What one person's sidebar lists.
package struct ShellContents: Sendable {
    package struct Row: Sendable {
        package var app: App
        /// The newest run's status, `nil` for people who may not collaborate.
        package var runStatus: Run.Status?
        /// The builder waits for a person's decision.
        package var needsDecision: Bool
        package var canManage: Bool

        package init(app: App, runStatus: Run.Status?, needsDecision: Bool = false, canManage: Bool) {
            self.app = app
            self.runStatus = runStatus
            self.needsDecision = needsDecision
            self.canManage = canManage
        }
    }

    package var memberCount: Int
    package var apps: [Row]

    package init(memberCount: Int, apps: [Row]) {
        self.memberCount = memberCount
        self.apps = apps
    }
}

/// The two plain choices that a browser remembers, so that the first paint is right.
struct PageCookies {
    let theme: Preferences.ThemeMode
    let isSidebarOpen: Bool

    init(_ request: Request) {
        let cookies = CookieJar(request.headers)
        self.theme = cookies.value(of: "second_theme").flatMap(Preferences.ThemeMode.init(rawValue:)) ?? .system
        self.isSidebarOpen = cookies.value(of: "second_sidebar") != "hidden"
    }
}
