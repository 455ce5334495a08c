/// What the process may keep of what it read: who people are, and which apps there are.
///
/// Both are asked for on every request and change seldom. Roles, sign-outs, memberships, teams, visibility and removals
/// are all documents of these collections, so that no answer outlives the right to it.
package struct ReadMemory: Sendable {
    /// Changes of people and of their places in workspaces.
    package let people: ChangeCount?
    /// Changes of apps and of the teams that may see them.
    package let apps: ChangeCount?

    /// A store that does not tell of changes at once leaves nothing to be kept.
    package init(of store: any DocumentStore) {
        let telling = store as? any ImmediateChanges
        self.people = telling?.countChanges(of: [Collections.users, Collections.memberships])
        self.apps = telling?.countChanges(of: [Collections.apps, Collections.teams, Collections.teamMemberships])
    }
}
