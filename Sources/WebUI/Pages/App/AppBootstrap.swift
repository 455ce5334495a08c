import Application
import Domain
import Foundation

/// What the app page's modules start from, so that nothing has to be fetched before the first paint is right.
struct AppBootstrap: Encodable {
    struct RunState: Encodable {
        let id: Run.ID
        let messages: [UIMessage]
        let status: Run.Status
        let failure: RunFailure?
        let usage: RunUsage?
        let autoStartPrompt: String?
        let pendingAttachments: [AttachmentRef]
    }

    let workspaceId: Workspace.ID
    let appId: App.ID
    let personId: User.ID
    let personName: String
    let canCollaborate: Bool
    /// What the app's first run sends by itself: the prompt that the app was made with, else its name; collaborators only.
    let prompt: String?
    let run: RunState?

    init(opened: OpenedApp, member: WorkspaceMember, run: Run?, isFirstRun: Bool) {
        self.workspaceId = opened.app.workspaceID
        self.appId = opened.app.id
        self.personId = member.userID
        self.personName = member.user.displayName
        self.canCollaborate = opened.access.canCollaborate
        self.prompt = opened.access.canCollaborate && isFirstRun ? opened.app.prompt ?? opened.app.name : nil
        self.run = run.map { run in
            RunState(
                id: run.id,
                messages: run.messages,
                status: run.status,
                failure: run.failure,
                usage: run.usage,
                autoStartPrompt: run.autoStartPrompt,
                pendingAttachments: run.pendingAttachments
            )
        }
    }

    /// As JSON that holds no `<`, so that nothing in it can end the script element it stands in.
    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Messages came out of storage as JSON; should one not go back, the module reads the conversation from the API.
        guard let data = try? encoder.encode(self) else { return "null" }
        return String(decoding: data, as: UTF8.self).replacing("<", with: "\\u003c")
    }
}
