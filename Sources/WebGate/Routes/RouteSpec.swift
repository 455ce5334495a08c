package import Domain
package import HTTPTypes

/// One row of the route table: path, who may use it, and what others are told (spec 01 B24).
package struct RouteSpec: Sendable, Hashable {
    package enum Access: Sendable, Hashable {
        /// Everybody; nobody is looked up.
        case open
        /// Everybody, in every state; the handler sees who it is.
        case anyone
        /// A person with a profile and a workspace.
        case ready
        /// A member of the workspace in the path who holds the permission.
        case member(Permission)
        /// A person who may do this with the app in the path.
        case app(AppRight)
    }

    package enum AppRight: Sendable, Hashable {
        case view
        case collaborate
        /// As `collaborate`, but others are told that there is nothing (spec 02 §1).
        case collaborateOrHidden
        case manage
    }

    package var method: HTTPRequest.Method
    /// With `:name` for parameters; `:w` is the workspace, `:app` the app.
    package var path: String
    package var access: Access
    /// The code of the 403 for a role that is too low.
    package var forbiddenCode: String
    /// The code of the 404 for an app that is not there.
    package var missingCode: String

    package init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ access: Access,
        forbidden forbiddenCode: String = "forbidden",
        missing missingCode: String = "app_not_found"
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.forbiddenCode = forbiddenCode
        self.missingCode = missingCode
    }
}
