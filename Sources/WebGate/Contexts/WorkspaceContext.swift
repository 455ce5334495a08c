package import Application
package import Domain
package import Hummingbird
import Logging

/// A request of a member of the workspace that its path names as `:w`; anything else is 404 before a handler runs.
package struct WorkspaceContext: ChildRequestContext {
    package var coreContext: CoreRequestContextStorage
    package let person: ReadyPerson
    package let member: WorkspaceMember
    package let requestID: String
    package let browser: BrowserConnection

    package var user: User { self.person.user }
    package var workspaceID: Workspace.ID { self.member.workspaceID }
    package var role: Role? { self.member.role }

    package init(context: SecondRequestContext) throws {
        self.coreContext = context.coreContext
        self.requestID = context.requestID
        self.browser = context.browser
        self.person = try context.person.requireReady()
        guard let id = context.parameters.get("w").flatMap(WorkspaceID.init(_:)),
            let member = self.person.member(of: id)
        else { throw GateRefusal.notFound }
        self.member = member
    }

    /// The id at `name` in the path, or 404 with this code: a malformed id is an unknown one.
    package func id<Entity>(
        _ name: String,
        of entity: Entity.Type = Entity.self,
        orThrow refusal: some Error
    ) throws -> Identifier<Entity> {
        guard let id = self.parameters.get(name).flatMap(Identifier<Entity>.init(_:)) else { throw refusal }
        return id
    }
}
