/// What one person may do with one app, computed for every request (spec 02 §1).
package struct AppAccess: Sendable, Equatable {
    package let canManage: Bool
    package let canCollaborate: Bool
    package let canReview: Bool

    /// `nil` means that the app does not exist for this person: the answer is 404 everywhere.
    package init?(to app: App, by userID: User.ID, role: Role?, teamIDs: Set<Team.ID>) {
        let isAdmin = role?.isAdmin ?? false
        let isCreator = app.createdByUserID == userID
        let isCollaborator = app.collaboratorUserIDs.contains(userID)
        self.canManage = isAdmin || isCreator
        self.canCollaborate = isAdmin || isCreator || isCollaborator
        self.canReview = isAdmin
        guard role != nil, app.deletedAt == nil else { return nil }
        let isPublishedToThem =
            app.hasPublishedVersion && (app.visibility == .workspace || !teamIDs.isDisjoint(with: app.teamIDs))
        guard self.canCollaborate || isPublishedToThem else { return nil }
    }

    /// The sidebar is narrower: an admin does not see other people's drafts there.
    package static func isInSidebar(_ app: App, of userID: User.ID, teamIDs: Set<Team.ID>) -> Bool {
        guard app.deletedAt == nil else { return false }
        return app.createdByUserID == userID || app.collaboratorUserIDs.contains(userID)
            || (app.hasPublishedVersion && (app.visibility == .workspace || !teamIDs.isDisjoint(with: app.teamIDs)))
    }
}
