import Application
import Domain
import Foundation

/// What surrounds every page of a workspace: the sidebar with its lists and menus (spec 06 §4).
package struct ShellModel: Sendable {
    let assets: String
    let workspaceID: String
    let workspaceName: String
    let workspaceInitial: String
    let personID: String
    let personName: String
    let personEmail: String
    let personInitial: String
    let roleName: String
    let canManageWorkspace: Bool
    let memberCountText: String
    let workspaces: [ShellWorkspace]
    let privateApps: [ShellApp]
    let sharedApps: [ShellApp]
    let privateCount: Int
    let sharedCount: Int
    let hasPrivateApps: Bool
    let hasSharedApps: Bool
    /// Empty when the page is no app's.
    let currentAppID: String
    let isHome: Bool
    /// `open` or `hidden`, from the cookie.
    let sidebarState: String
    /// The lists once more for the module, as `GET W/sidebar` answers them.
    let appsJSON: String
    let theme: Preferences.ThemeMode
    /// The page inside, as markup; set by the kit.
    var content = ""

    init(
        member: WorkspaceMember,
        workspace: Workspace,
        workspaces: [Workspace],
        memberCount: Int,
        apps: [ShellApp],
        currentAppID: App.ID? = nil,
        isHome: Bool = false,
        isSidebarOpen: Bool = true,
        assets: AssetCatalog
    ) {
        self.assets = assets.address
        self.workspaceID = workspace.id.rawValue
        self.workspaceName = workspace.name
        self.workspaceInitial = Initial.of(workspace.name)
        self.personID = member.userID.rawValue
        self.personName = member.user.displayName
        self.personEmail = member.user.email
        self.personInitial = Initial.of(member.user.displayName)
        self.roleName = member.role?.rawValue.capitalized ?? "No role"
        self.canManageWorkspace = member.holds(.manageWorkspace)
        self.memberCountText = memberCount == 1 ? "1 member" : "\(memberCount) members"
        self.workspaces = workspaces.map { ShellWorkspace($0, isCurrent: $0.id == workspace.id) }
        self.privateApps = apps.filter { !$0.isPublished }
        self.sharedApps = apps.filter(\.isPublished)
        self.privateCount = self.privateApps.count
        self.sharedCount = self.sharedApps.count
        self.hasPrivateApps = !self.privateApps.isEmpty
        self.hasSharedApps = !self.sharedApps.isEmpty
        self.currentAppID = currentAppID?.rawValue ?? ""
        self.isHome = isHome
        self.sidebarState = isSidebarOpen ? "open" : "hidden"
        self.appsJSON = ShellApp.json(apps)
        self.theme = member.user.preferences?.themeMode ?? .system
    }
}

/// One of the person's workspaces in the switcher.
package struct ShellWorkspace: Sendable {
    let id: String
    let name: String
    let initial: String
    let isCurrent: Bool

    init(_ workspace: Workspace, isCurrent: Bool) {
        self.id = workspace.id.rawValue
        self.name = workspace.name
        self.initial = Initial.of(workspace.name)
        self.isCurrent = isCurrent
    }
}

/// The letter on a tile.
enum Initial {
    static func of(_ name: String) -> String {
        name.first { $0.isLetter || $0.isNumber }.map { String($0).uppercased() } ?? "·"
    }
}
