package import Domain

/// A request's path by whole segments, as the router reads it: empty segments do not count, nothing is decoded.
package struct RequestPath: Sendable, Equatable {
    package enum Area: Sendable, Equatable {
        case api
        /// `/`, `/onboarding/…`, `/w/…`
        case page
        /// Files and previews; the gate does not look at them.
        case outside
    }

    package let segments: [Substring]

    package init(_ path: String) {
        self.segments = path.split(separator: "/", omittingEmptySubsequences: true)
    }

    package var area: Area {
        switch self.segments.first {
        case nil, "onboarding", "w": .page
        case "api": .api
        default: .outside
        }
    }

    package var isOnboardingPage: Bool { self.segments.first == "onboarding" }

    package func isExactly(_ segments: String...) -> Bool {
        self.segments.count == segments.count && self.starts(with: segments)
    }

    package func starts(with segments: [String]) -> Bool {
        self.segments.count >= segments.count && zip(self.segments, segments).allSatisfy { $0 == $1 }
    }

    /// The workspace that the path names, if it names one: `/w/{w}` or `/api/workspaces/{w}`.
    package var workspace: NamedWorkspace? {
        let raw: Substring
        if self.segments.first == "w", self.segments.count >= 2 {
            raw = self.segments[1]
        } else if self.starts(with: ["api", "workspaces"]), self.segments.count >= 3 {
            raw = self.segments[2]
        } else {
            return nil
        }
        return WorkspaceID(raw).map(NamedWorkspace.wellFormed) ?? .malformed
    }

    package enum NamedWorkspace: Sendable, Equatable {
        case wellFormed(WorkspaceID)
        case malformed
    }
}
