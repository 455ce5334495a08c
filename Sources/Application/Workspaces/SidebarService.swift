package import Documents
package import Domain

/// The list of apps at the side of every page (spec 01 §16), and the little state each app shows there.
package struct SidebarService: Sendable {
    private let apps: AppRepository
    private let runs: RunSummaries
    private let workspaces: WorkspaceRepository

    package init(apps: AppRepository, runs: RunSummaries, workspaces: WorkspaceRepository) {
        self.apps = apps
        self.runs = runs
        self.workspaces = workspaces
    }

    package struct Sidebar: Sendable, Equatable {
        package var activeMemberCount: Int
        package var apps: [Row]
    }

    package struct Row: Sendable, Equatable {
        package var app: App
        /// The newest run's status; `nil` for people who may not collaborate.
        package var runStatus: Run.Status?
        /// A person has to decide about the builder's plan or suggestions before it goes on (spec 06 §6.4).
        package var needsDecision: Bool
        package var canManage: Bool
        /// What this person sees as the app's status.
        package var publishStatus: App.PublishStatus
    }

    package struct Status: Sendable, Equatable {
        package var appID: App.ID
        package var run: Run.Status
        package var needsDecision: Bool
    }

    /// More apps than this are not listed at the side.
    package static let maximumApps = 500

    package func sidebar(of member: WorkspaceMember) async throws -> Sidebar {
        Sidebar(
            activeMemberCount: try await self.workspaces.memberCount(of: member.workspaceID),
            apps: try await self.rows(of: member)
        )
    }

    /// Creator, collaborator, or published to this person; being an admin does not widen the list.
    package func rows(of member: WorkspaceMember) async throws -> [Row] {
        let teamIDs = try await self.workspaces.teamIDs(of: member.userID, in: member.workspaceID)
        var listed: [(app: App, access: AppAccess?)] = []
        var last: App?
        repeat {
            let page = try await self.apps.list(in: member.workspaceID, limit: 100, after: last)
            for app in page where AppAccess.isInSidebar(app, of: member.userID, teamIDs: teamIDs) {
                listed.append(
                    (app, AppAccess(to: app, by: member.userID, role: member.role, teamIDs: teamIDs))
                )
            }
            last = page.count == 100 ? page.last : nil
        } while last != nil && listed.count < Self.maximumApps
        let runs = try await self.runs.latest(
            of: listed.filter { $0.access?.canCollaborate ?? false }.map(\.app.id),
            in: member.workspaceID
        )
        return listed.map { app, access in
            let canCollaborate = access?.canCollaborate ?? false
            return Row(
                app: app,
                runStatus: runs[app.id]?.status,
                needsDecision: runs[app.id]?.awaitsDecision ?? false,
                canManage: access?.canManage ?? false,
                publishStatus: canCollaborate ? app.publishStatus : .published
            )
        }
    }

    /// Run states of the apps at the side on which this person could collaborate (`GET …/apps/status`).
    package func statuses(of member: WorkspaceMember) async throws -> [Status] {
        try await self.rows(of: member).compactMap { row in
            row.runStatus.map { Status(appID: row.app.id, run: $0, needsDecision: row.needsDecision) }
        }
    }
}
