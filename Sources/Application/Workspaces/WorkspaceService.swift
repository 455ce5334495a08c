package import Bus
package import Documents
package import Domain

/// Workspaces themselves: making, renaming, their settings and their context (spec 01 §9, §10, §15.3).
package struct WorkspaceService: Sendable {
    /// Sends a hint to whoever watches the workspace; never fails.
    package typealias Publish = @Sendable (WorkspaceEvent) async -> Void

    private let workspaces: WorkspaceRepository
    private let users: UserRepository
    private let bus: any MessageBus
    private let publish: Publish
    private let identifiers: IdentifierSource
    private let clock: WallClock
    private let waiting: any Clock<Duration>

    package init(
        workspaces: WorkspaceRepository,
        users: UserRepository,
        bus: any MessageBus,
        publish: @escaping Publish,
        identifiers: IdentifierSource,
        clock: WallClock,
        waiting: any Clock<Duration>
    ) {
        self.workspaces = workspaces
        self.users = users
        self.bus = bus
        self.publish = publish
        self.identifiers = identifiers
        self.clock = clock
        self.waiting = waiting
    }

    /// A workspace name: 2–80 after trimming.
    package static func name(_ text: String?) throws(PeopleRefusal) -> String {
        let name = (text ?? "").trimmingWhitespace()
        guard (2...80).contains(name.utf16.count) else { throw .invalidWorkspace }
        return name
    }

    package func find(_ id: Workspace.ID) async throws -> Workspace? {
        try await self.workspaces.find(id)
    }

    package func create(name: String, owner: User.ID) async throws -> Workspace {
        try await self.workspaces.provision(name: name, owner: owner, at: self.clock.now)
    }

    /// The first workspace of a person in onboarding; of two simultaneous posts one makes it (B7).
    ///
    /// - Returns: `nil` when the person has one already; nothing was made.
    package func createFirst(name: String, owner: User.ID) async throws -> Workspace? {
        let lock = "onboarding-workspace:\(owner)"
        let holder = self.identifiers.token()
        var tries = 0
        while !(try await self.bus.acquireLock(lock, owner: holder, for: .seconds(30))) {
            tries += 1
            guard tries < 100 else { return nil }
            try await self.waiting.sleep(for: .milliseconds(50))
        }
        do {
            var made: Workspace?
            if try await self.workspaces.memberships(of: owner).isEmpty {
                made = try await self.create(name: name, owner: owner)
                _ = try await self.users.setStep(.loader, of: owner, at: self.clock.now)
            }
            try await self.bus.releaseLock(lock, owner: holder)
            return made
        } catch {
            try await self.bus.releaseLock(lock, owner: holder)
            throw error
        }
    }

    /// The id stays (B23); the same name again is quiet.
    package func rename(_ member: WorkspaceMember, to name: String) async throws -> Workspace {
        guard let current = try await self.workspaces.find(member.workspaceID) else {
            throw PeopleRefusal.workspaceMissing
        }
        guard current.name != name else { return current }
        guard let renamed = try await self.workspaces.rename(member.workspaceID, to: name, at: self.clock.now) else {
            throw PeopleRefusal.workspaceMissing
        }
        await self.hint(member.workspaceID)
        return renamed
    }

    package func runtimeSettings(of id: Workspace.ID) async throws -> AppRuntimeSettings {
        guard let workspace = try await self.workspaces.find(id) else { throw PeopleRefusal.workspaceMissing }
        return workspace.appRuntimeSettings ?? AppRuntimeSettings()
    }

    /// A non-empty subset of the three switches, booleans only; unknown keys are ignored, no change writes nothing.
    package func changeRuntimeSettings(
        of member: WorkspaceMember,
        _ changes: [String: JSONValue]?
    ) async throws -> AppRuntimeSettings {
        let changed = try Self.flags(changes)
        let current = try await self.runtimeSettings(of: member.workspaceID)
        let wanted = AppRuntimeSettings(
            allowIframeScripts: changed["allowIframeScripts"] ?? current.allowIframeScripts,
            allowIframeClipboard: changed["allowIframeClipboard"] ?? current.allowIframeClipboard,
            allowIframeExternalLinks: changed["allowIframeExternalLinks"] ?? current.allowIframeExternalLinks
        )
        guard wanted != current else { return current }
        let stored = try await self.workspaces.setRuntimeSettings(wanted, of: member.workspaceID, at: self.clock.now)
        guard stored != nil else { throw PeopleRefusal.workspaceMissing }
        await self.hint(member.workspaceID)
        return wanted
    }

    private static func flags(_ changes: [String: JSONValue]?) throws(PeopleRefusal) -> [String: Bool] {
        var flags: [String: Bool] = [:]
        for name in ["allowIframeScripts", "allowIframeClipboard", "allowIframeExternalLinks"] {
            guard let value = changes?[name] else { continue }
            guard let flag = value.bool else { throw .invalidAppRuntimeSettings }
            flags[name] = flag
        }
        guard !flags.isEmpty else { throw .invalidAppRuntimeSettings }
        return flags
    }

    /// What is known about the firm and the person (B21).
    package struct Context: Sendable, Equatable {
        package var company: String?
        package var user: String?
    }

    package func context(of member: WorkspaceMember) async throws -> Context {
        let workspace = try await self.workspaces.find(member.workspaceID)
        return Context(company: workspace?.companyContext, user: member.user.userContext)
    }

    /// An absent key changes nothing, an empty text clears; the firm's text needs `workspace:manage` and is else ignored.
    package func changeContext(
        of member: WorkspaceMember,
        _ changes: [String: JSONValue]
    ) async throws -> Context {
        if let value = changes["companyContext"], member.holds(.manageWorkspace) {
            let text = ContextText.normalized(value.string)
            try await self.workspaces.setCompanyContext(text, of: member.workspaceID, at: self.clock.now)
            await self.hint(member.workspaceID)
        }
        var userContext = member.user.userContext
        if let value = changes["userContext"] {
            userContext = ContextText.normalized(value.string)
            _ = try await self.users.setContext(userContext, of: member.userID, at: self.clock.now)
        }
        let workspace = try await self.workspaces.find(member.workspaceID)
        return Context(company: workspace?.companyContext, user: userContext)
    }

    private func hint(_ id: Workspace.ID) async {
        await self.publish(WorkspaceEvent(.changed, in: id, scope: .workspaceSettings, at: self.clock.now))
    }
}
