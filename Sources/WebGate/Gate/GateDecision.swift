package import Application
package import Domain

/// What the gate does with a request before any handler sees it (spec 01 §4 with B1, B3, B4, B7).
///
/// A rule without effects: path and person in, decision out.
package enum GateDecision: Sendable, Equatable {
    case pass
    case refuse(GateRefusal)
    /// To one of our own paths, 307.
    case redirect(String)

    /// Whether the gate has to know the person at all.
    package static func needsPerson(_ path: RequestPath) -> Bool {
        switch path.area {
        case .outside: false
        case .page: true
        case .api: !self.isOpenAPI(path)
        }
    }

    package static func decide(
        _ path: RequestPath,
        person: PersonState,
        mode: GateConfiguration.Mode,
        hints: WorkspaceHints
    ) -> Self {
        guard self.needsPerson(path) else { return .pass }
        let isAPI = path.area == .api
        if path.isExactly("api", "auth", "logout") { return .pass }
        switch person {
        case .missingIdentity:
            if isAPI { return path.isIdentityAPI && mode == .local ? .pass : .refuse(.identityRequired) }
            guard mode == .local else { return .pass }
            if path.isOnboarding("intro") || path.isOnboarding("identity") { return .pass }
            return .redirect("/onboarding/intro")
        case .needsProfile:
            if isAPI { return path.isIdentityAPI && mode == .local ? .pass : .refuse(.profileRequired) }
            guard mode == .local else { return .pass }
            return path.isOnboarding("identity") ? .pass : .redirect("/onboarding/identity")
        case .needsWorkspace:
            if isAPI {
                let isUsable = path.isIdentityAPI || path.isExactly("api", "onboarding", "workspace")
                return isUsable && mode == .local ? .pass : .refuse(.workspaceRequired)
            }
            guard mode == .local else { return .pass }
            if path.isOnboarding("workspace") || path.isOnboarding("identity") { return .pass }
            return .redirect("/onboarding/workspace")
        case .ready(let ready):
            return self.decide(path, ready: ready, isAPI: isAPI, mode: mode, hints: hints)
        }
    }

    private static func decide(
        _ path: RequestPath,
        ready: ReadyPerson,
        isAPI: Bool,
        mode: GateConfiguration.Mode,
        hints: WorkspaceHints
    ) -> Self {
        if path.workspace == .malformed { return .refuse(.notFound) }
        if !isAPI, let resume = ResumePath.of(ready.user) {
            guard path.isOnboardingPage else { return .redirect(resume) }
            if path.isOnboarding("intro") { return .redirect(resume) }
            if path.isOnboarding("start"), mode == .local { return .redirect("/onboarding/provider") }
            return .pass
        }
        if case .wellFormed(let id) = path.workspace, ready.membership(in: id) == nil { return .refuse(.notFound) }
        if !isAPI, path.segments.isEmpty || path.isOnboardingPage {
            return .redirect("/w/\(hints.activeWorkspace(of: ready))")
        }
        return .pass
    }

    private static func isOpenAPI(_ path: RequestPath) -> Bool {
        path.isExactly("api", "health") || path.isExactly("api", "ready") || path.isExactly("api", "openapi.json")
            || path.starts(with: ["api", "internal"]) || path.starts(with: ["api", "local-release"])
    }
}

/// What a request says about the active workspace beside its path (spec 01 §5, B4).
package struct WorkspaceHints: Sendable, Equatable {
    /// What `x-second-workspace-id` says.
    package var header: String?
    package var cookie: String?

    package init(header: String? = nil, cookie: String? = nil) {
        self.header = header
        self.cookie = cookie
    }

    /// The cookie names a workspace that the person is not in, or none at all: it is to be cleared (B4).
    package func hasForeignCookie(for person: ReadyPerson) -> Bool {
        guard let cookie = self.cookie, !cookie.isEmpty else { return false }
        return WorkspaceID(cookie).flatMap { person.membership(in: $0) } == nil
    }

    /// Header, cookie, first membership; a value that names no workspace of theirs is skipped.
    package func activeWorkspace(of person: ReadyPerson) -> Workspace.ID {
        for hint in [self.header, self.cookie] {
            if let hint, let id = WorkspaceID(hint), person.membership(in: id) != nil { return id }
        }
        return person.memberships[0].workspaceID
    }
}

extension RequestPath {
    fileprivate var isIdentityAPI: Bool { self.isExactly("api", "onboarding", "identity") }

    fileprivate func isOnboarding(_ step: String) -> Bool { self.isExactly("onboarding", step) }
}
