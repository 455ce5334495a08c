import Application
import Domain
import Wire

/// An app as the API shows it (spec 02 §3.1): people who may not collaborate get the public half (B22).
struct AppView {
    let opened: OpenedApp
    /// `nil` leaves the field away, which only the list and the single app do.
    var initialRun: Run??

    init(_ opened: OpenedApp) {
        self.opened = opened
    }

    init(_ opened: OpenedApp, initialRun: Run?) {
        self.opened = opened
        self.initialRun = .some(initialRun)
    }

    func write(to writer: inout JSONWriter) {
        let app = self.opened.app
        let isInside = self.opened.access.canCollaborate
        writer.object { writer in
            writer.field("id", app.id.rawValue)
            writer.field("workspaceId", app.workspaceID.rawValue)
            writer.field("name", app.name)
            writer.field("description", app.description)
            writer.field("createdByUserId", isInside ? app.createdByUserID.rawValue : nil)
            writer.field("createdAt", app.createdAt)
            writer.field("updatedAt", app.updatedAt)
            let status = isInside ? app.publishStatus : .published
            writer.field("publishStatus", status.rawValue)
            writer.key("teamIds")
            writer.array { writer in
                for id in isInside ? app.teamIDs : [] { writer.string(id.rawValue) }
            }
            writer.key("collaboratorUserIds")
            writer.array { writer in
                for id in isInside ? app.collaboratorUserIDs : [] { writer.string(id.rawValue) }
            }
            if let initialRun = self.initialRun {
                writer.key("initialRun")
                if let run = initialRun {
                    writer.object { writer in
                        writer.field("id", run.id.rawValue)
                        writer.field("status", run.status.rawValue)
                    }
                } else {
                    writer.null()
                }
            }
        }
    }
}
