import Domain

/// The column of settings pages and the one that is open (spec 06 §9); pages appear here when they exist.
struct SettingsFrame: Sendable {
    enum Page: String, CaseIterable, Sendable {
        case runtimes
        case runtimeSettings = "runtime-settings"

        var title: String {
            switch self {
            case .runtimes: "Coding agents"
            case .runtimeSettings: "Runtime settings"
            }
        }

        var group: String {
            switch self {
            case .runtimes: "Workspace"
            case .runtimeSettings: "Security"
            }
        }
    }

    struct Group: Sendable {
        let title: String
        let pages: [Link]
    }

    struct Link: Sendable {
        let title: String
        let href: String
        let isCurrent: Bool
    }

    let pages: [Link]
    let groups: [Group]
    let content: String

    init(current: Page, in workspaceID: Workspace.ID, content: String) {
        func link(_ page: Page) -> Link {
            Link(
                title: page.title,
                href: "/w/\(workspaceID)/settings/\(page.rawValue)",
                isCurrent: page == current
            )
        }
        self.pages = Page.allCases.map(link)
        self.groups = ["Workspace", "Security"]
            .map { title in
                Group(title: title, pages: Page.allCases.filter { $0.group == title }.map(link))
            }
        self.content = content
    }
}
