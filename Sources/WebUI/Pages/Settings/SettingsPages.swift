import Application
import Domain

/// The three switches for previews and apps (spec 06 §9.8).
struct RuntimeSettingsPage: Sendable {
    struct Switch: Sendable {
        let key: String
        let title: String
        let text: String
        let isOn: Bool
    }

    let assets: String
    let workspaceID: String
    let canManage: Bool
    let switches: [Switch]

    init(member: WorkspaceMember, settings: AppRuntimeSettings, assets: AssetCatalog) {
        self.assets = assets.address
        self.workspaceID = member.workspaceID.rawValue
        self.canManage = member.holds(.manageWorkspace)
        self.switches = [
            Switch(
                key: "allowIframeScripts",
                title: "JavaScript",
                text: "Apps may run their program. Off, every app shows an empty page.",
                isOn: settings.allowIframeScripts
            ),
            Switch(
                key: "allowIframeClipboard",
                title: "Clipboard",
                text: "Apps may copy text for the person using them. Off, buttons that copy do nothing.",
                isOn: settings.allowIframeClipboard
            ),
            Switch(
                key: "allowIframeExternalLinks",
                title: "External links",
                text: "Apps may open other websites in a new tab. Off, such links do nothing.",
                isOn: settings.allowIframeExternalLinks
            ),
        ]
    }
}

/// What this server can build with.
struct RuntimesPage: Sendable {
    let assets: String
    let providers: [ProviderCard]
}
