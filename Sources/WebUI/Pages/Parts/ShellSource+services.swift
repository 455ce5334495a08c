package import Application

extension ShellSource {
    package init(sidebar: SidebarService, workspaces: WorkspaceService, kit: PageKit) {
        self.init(
            contents: { member in
                let sidebar = try await sidebar.sidebar(of: member)
                return ShellContents(
                    memberCount: sidebar.activeMemberCount,
                    apps: sidebar.apps.map { row in
                        ShellContents.Row(
                            app: row.app,
                            runStatus: row.runStatus,
                            needsDecision: row.needsDecision,
                            canManage: row.canManage
                        )
                    }
                )
            },
            findWorkspace: { id in try await workspaces.find(id) },
            kit: kit
        )
    }
}
