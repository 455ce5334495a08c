package import Application
package import Domain

/// The app workspace: bar, stage, conversation (spec 06 §6).
package struct AppPage: Sendable {
    let assets: String
    let workspaceID: String
    let appID: String
    let personID: String
    let name: String
    let statusText: String
    /// The badge's class: empty, `info`, `warn`, `bad` or `ok`.
    let statusKind: String
    let canCollaborate: Bool
    let canManage: Bool
    /// There are two versions to choose from.
    let hasToggle: Bool
    /// `draft` or `published`.
    let version: String
    let isDraftShown: Bool
    let isPublishedShown: Bool
    let isBuilt: Bool
    /// How wide windows begin: `panel` beside the preview, or `full` while nothing is built.
    let mode: String
    /// What narrow windows begin with: `chat` or `preview`.
    let pane: String
    let isChatPane: Bool
    let isPreviewPane: Bool
    /// `loading` or `none`.
    let previewState: String
    let messages: [TranscriptMessage]
    let composer: ComposerModel?
    /// For the modules, safe inside a script element.
    let bootstrapJSON: String

    /// `run` is `nil` for people who may not collaborate; `wantsDraft` of theirs is not heard.
    package init(
        opened: OpenedApp,
        member: WorkspaceMember,
        run: Run?,
        isFirstRun: Bool,
        wantsDraft: Bool,
        registry: RuntimeRegistry,
        kit: PageKit
    ) {
        let app = opened.app
        let access = opened.access
        self.assets = kit.assets.address
        self.workspaceID = app.workspaceID.rawValue
        self.appID = app.id.rawValue
        self.personID = member.userID.rawValue
        self.name = app.name
        self.canCollaborate = access.canCollaborate
        self.canManage = access.canManage
        (self.statusText, self.statusKind) = Self.status(of: app, isInside: access.canCollaborate)
        self.hasToggle = access.canCollaborate && app.hasPublishedVersion && app.draft != nil
        // A viewer who asks for the draft gets the published version (spec 06 §6.2).
        let showsDraft = access.canCollaborate && (wantsDraft || !app.hasPublishedVersion)
        self.version = showsDraft ? "draft" : "published"
        self.isDraftShown = showsDraft
        self.isPublishedShown = !showsDraft
        self.isBuilt = (showsDraft ? app.draft : app.published)?.artifactHash != nil
        let isWorking = run?.status == .streaming || run?.status == .pending
        self.mode = !access.canCollaborate || !showsDraft ? "hidden" : self.isBuilt ? "panel" : "full"
        self.pane = showsDraft && (!self.isBuilt || isWorking) ? "chat" : "preview"
        self.isChatPane = self.pane == "chat"
        self.isPreviewPane = !self.isChatPane
        self.previewState = self.isBuilt ? "loading" : "none"
        self.messages = TranscriptMessage.all(of: run)
        self.composer =
            access.canCollaborate
            ? ComposerModel(
                workspaceID: app.workspaceID,
                action: "/w/\(app.workspaceID)/apps/\(app.id)",
                inputLabel: "Message to the builder",
                placeholder: "Ask for a change…",
                sendLabel: "Send",
                rows: 2,
                draftKey: "app-\(app.id)",
                registry: registry,
                settings: app.runtime,
                assets: kit.assets
            ) : nil
        self.bootstrapJSON = AppBootstrap(opened: opened, member: member, run: run, isFirstRun: isFirstRun).json
    }

    private static func status(of app: App, isInside: Bool) -> (text: String, kind: String) {
        guard isInside else { return ("Published", "ok") }
        return switch app.publishStatus {
        case .reviewRequested: ("In review", "warn")
        case .changesRequested: ("Changes requested", "bad")
        case .published where app.hasUnpublishedChanges: ("Draft changes", "info")
        case .published: ("Published", "ok")
        case .draft: ("Draft", "")
        }
    }
}
