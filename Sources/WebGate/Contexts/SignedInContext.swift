package import Application
package import Domain
package import Hummingbird
import Logging

/// A request of a person with a profile and a workspace; routes on it need no check of their own (spec 01 §6).
package struct SignedInContext: ChildRequestContext {
    package var coreContext: CoreRequestContextStorage
    package let person: ReadyPerson
    package let requestID: String
    package let browser: BrowserConnection
    package let hints: WorkspaceHints

    package var user: User { self.person.user }
    package var memberships: [Membership] { self.person.memberships }
    /// Where pages without a workspace of their own lead.
    package var activeWorkspaceID: Workspace.ID { self.hints.activeWorkspace(of: self.person) }

    package init(context: SecondRequestContext) throws {
        self.coreContext = context.coreContext
        self.requestID = context.requestID
        self.browser = context.browser
        self.hints = context.hints
        self.person = try context.person.requireReady()
    }
}

extension PersonState {
    /// The guard of routes without a workspace.
    package func requireReady() throws(GateRefusal) -> ReadyPerson {
        switch self {
        case .missingIdentity: throw .identityRequired
        case .needsProfile: throw .profileRequired
        case .needsWorkspace: throw .workspaceRequired
        case .ready(let person): person
        }
    }
}
