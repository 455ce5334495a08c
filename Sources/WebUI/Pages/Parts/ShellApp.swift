import Domain
import Foundation

/// An app's row in the sidebar and in lists of apps.
package struct ShellApp: Sendable {
    let id: String
    let workspaceID: String
    let name: String
    let isPublished: Bool
    let canManage: Bool
    let isCurrent: Bool
    /// `idle`, `working`, `failing` or `waiting`; what people who may not collaborate see is always `idle`.
    let state: String
    let isWorking: Bool
    let isFailing: Bool
    let isWaiting: Bool

    init(_ row: ShellContents.Row, isBeingFixed: Bool = false, isCurrent: Bool = false) {
        self.id = row.app.id.rawValue
        self.workspaceID = row.app.workspaceID.rawValue
        self.name = row.app.name
        self.isPublished = row.app.hasPublishedVersion
        self.canManage = row.canManage
        self.isCurrent = isCurrent
        self.isFailing = isBeingFixed
        self.isWorking = !isBeingFixed && (row.runStatus == .pending || row.runStatus == .streaming)
        self.isWaiting = !self.isFailing && !self.isWorking && row.needsDecision
        self.state = self.isFailing ? "failing" : self.isWorking ? "working" : self.isWaiting ? "waiting" : "idle"
    }

    /// The rows in the shape that the sidebar's module gets from the API.
    static func json(_ apps: [Self]) -> String {
        let rows = apps.map { app in
            JSONValue.object([
                "_id": .string(app.id), "name": .string(app.name), "canManage": .bool(app.canManage),
                "hasPublishedVersion": .bool(app.isPublished),
                "runStatus": app.isWorking ? .string("streaming") : .null,
                "needsDecision": .bool(app.isWaiting),
                "toolRecoveryStatus": app.isFailing ? .string("fixing") : .null,
            ])
        }
        // Strings and flags always encode; without them the module fetches the list.
        guard let data = try? JSONValue.array(rows).encoded() else { return "[]" }
        return String(decoding: data, as: UTF8.self)
    }
}
