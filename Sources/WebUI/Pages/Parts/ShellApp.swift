package import Domain
import Foundation

/// An app's row in the sidebar and in lists of apps.
package struct ShellApp: Sendable {
    let id: String
    let workspaceID: String
    let name: String
    let isPublished: Bool
    let canManage: Bool
    let isCurrent: Bool
    /// `idle`, `working` or `failing`; what people who may not collaborate see is always `idle`.
    let state: String
    let isWorking: Bool
    let isFailing: Bool

    /// The status is that of the newest run, `nil` for people who may not collaborate.
    package init(
        id: App.ID,
        in workspaceID: Workspace.ID,
        name: String,
        isPublished: Bool,
        canManage: Bool,
        runStatus: Run.Status?,
        isBeingFixed: Bool = false,
        isCurrent: Bool = false
    ) {
        self.id = id.rawValue
        self.workspaceID = workspaceID.rawValue
        self.name = name
        self.isPublished = isPublished
        self.canManage = canManage
        self.isCurrent = isCurrent
        self.isFailing = isBeingFixed
        self.isWorking = !isBeingFixed && (runStatus == .pending || runStatus == .streaming)
        self.state = self.isFailing ? "failing" : self.isWorking ? "working" : "idle"
    }

    /// The rows in the shape that the sidebar's module gets from the API.
    static func json(_ apps: [Self]) -> String {
        let rows = apps.map { app in
            JSONValue.object([
                "_id": .string(app.id), "name": .string(app.name), "canManage": .bool(app.canManage),
                "hasPublishedVersion": .bool(app.isPublished),
                "runStatus": app.isWorking ? .string("streaming") : .null,
                "toolRecoveryStatus": app.isFailing ? .string("fixing") : .null,
            ])
        }
        // Strings and flags always encode; without them the module fetches the list.
        guard let data = try? JSONValue.array(rows).encoded() else { return "[]" }
        return String(decoding: data, as: UTF8.self)
    }
}
