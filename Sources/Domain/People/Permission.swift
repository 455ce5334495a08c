/// The one table of workspace rights (spec 01 §7, B24); the order of cases is the published order.
package enum Permission: String, Codable, Sendable, CaseIterable {
    case viewWorkspace = "workspace:view"
    case manageWorkspace = "workspace:manage"
    case viewMembers = "members:view"
    case inviteMembers = "members:invite"
    case manageMembers = "members:manage"
    case manageOwners = "members:manage-owner"
    case viewIntegrations = "integrations:view"
    case manageIntegrations = "integrations:manage"
    case readAudit = "audit:read"
    case createApps = "apps:create"
    case updateApps = "apps:update"
    case deleteApps = "apps:delete"
    case runAgents = "agents:run"

    package func isHeld(by role: Role) -> Bool {
        switch self {
        case .viewWorkspace, .viewMembers, .viewIntegrations, .createApps, .updateApps, .deleteApps, .runAgents: true
        case .manageWorkspace, .inviteMembers, .manageMembers, .manageIntegrations, .readAudit: role >= .admin
        case .manageOwners: role == .owner
        }
    }
}
