import Application
import Domain
import Foundation

/// The home page of a workspace (spec 06 §5).
struct HomePage: Sendable {
    /// What the address may prefill, in characters (spec 06 §5.1).
    static let maximumPrompt = 10_000
    private static let recentLimit = 6

    let assets: String
    let workspaceID: String
    let firstName: String
    let composer: ComposerModel
    let starters: [Starter]
    let suggestionsJSON: String
    let recent: [RecentApp]
    let hasRecent: Bool

    init(member: WorkspaceMember, rows: [ShellContents.Row], prompt: String, registry: RuntimeRegistry, kit: PageKit) {
        let workspaceID = member.workspaceID
        self.assets = kit.assets.address
        self.workspaceID = workspaceID.rawValue
        self.firstName = String(member.user.displayName.split(separator: " ").first ?? "you")
        self.composer = ComposerModel(
            workspaceID: workspaceID,
            action: "/api/workspaces/\(workspaceID)/apps",
            inputLabel: "What should we build?",
            placeholder: "A tool that…",
            sendLabel: "Build it",
            prompt: String(prompt.prefix(Self.maximumPrompt)),
            draftKey: workspaceID.rawValue,
            registry: registry,
            assets: kit.assets
        )
        let assets = kit.assets.address
        self.starters = Starter.all.map { idea in
            Starter(title: idea.title, icon: idea.icon, prompt: idea.prompt, assets: assets)
        }
        let suggestions = JSONValue.array(Starter.suggestions.map(JSONValue.string))
        // Strings always encode; without them the button has nothing to suggest.
        self.suggestionsJSON = (try? suggestions.encoded()).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
        self.recent = rows.sorted { $0.app.updatedAt > $1.app.updatedAt }.prefix(Self.recentLimit).map(RecentApp.init)
        self.hasRecent = !self.recent.isEmpty
    }
}

/// A card in the list of recent apps.
struct RecentApp: Sendable {
    let id: String
    let name: String
    let initial: String
    let statusText: String
    let updatedAt: String
    /// The day, for readers without script.
    let updatedDay: String

    init(_ row: ShellContents.Row) {
        self.id = row.app.id.rawValue
        self.name = row.app.name
        self.initial = Initial.of(row.app.name)
        self.statusText = Self.status(of: row)
        self.updatedAt = row.app.updatedAt.text
        self.updatedDay = String(row.app.updatedAt.text.prefix(10))
    }

    private static func status(of row: ShellContents.Row) -> String {
        if row.runStatus == .streaming || row.runStatus == .pending { return "Working" }
        if row.needsDecision { return "Needs your decision" }
        guard row.app.hasPublishedVersion else { return row.app.draft == nil ? "Nothing built yet" : "Draft" }
        return row.app.hasUnpublishedChanges ? "Draft changes" : "Published"
    }
}
