/// A tenant: everything but users and workspaces carries its id (spec 01 §8, `workspaces`).
package struct Workspace: Codable, Sendable, Equatable, Identifiable {
    package typealias ID = WorkspaceID

    package var id: ID
    package var name: String
    /// A unique copy of the id, never used for lookup.
    package var slug: String
    package var companyContext: String?
    package var createdByUserID: User.ID
    package var appRuntimeSettings: AppRuntimeSettings?
    package var defaultTeamID: Team.ID?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(id: ID, name: String, createdByUserID: User.ID, createdAt: Timestamp) {
        self.id = id
        self.name = name
        self.slug = id.rawValue
        self.createdByUserID = createdByUserID
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }

    package enum CodingKeys: String, CodingKey {
        case id = "_id"
        case name, slug, companyContext
        case createdByUserID = "createdByUserId"
        case appRuntimeSettings
        case defaultTeamID = "defaultTeamId"
        case createdAt, updatedAt
    }
}

/// What a previewed or published app may do in its frame; each is on unless switched off (spec 02 §2).
package struct AppRuntimeSettings: Codable, Sendable, Equatable {
    package var allowIframeScripts: Bool
    package var allowIframeClipboard: Bool
    package var allowIframeExternalLinks: Bool

    package init(
        allowIframeScripts: Bool = true,
        allowIframeClipboard: Bool = true,
        allowIframeExternalLinks: Bool = true
    ) {
        self.allowIframeScripts = allowIframeScripts
        self.allowIframeClipboard = allowIframeClipboard
        self.allowIframeExternalLinks = allowIframeExternalLinks
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func flag(_ key: CodingKeys) -> Bool {
            (try? container.decode(Bool.self, forKey: key)) ?? true  // Absent or not a boolean counts as on.
        }
        self.allowIframeScripts = flag(.allowIframeScripts)
        self.allowIframeClipboard = flag(.allowIframeClipboard)
        self.allowIframeExternalLinks = flag(.allowIframeExternalLinks)
    }

    /// The tokens of the frame's `sandbox` attribute; never `allow-same-origin` (spec 02 §14.3).
    package var sandbox: String {
        var tokens: [String] = []
        if self.allowIframeScripts { tokens.append("allow-scripts") }
        tokens += ["allow-modals", "allow-forms"]
        if self.allowIframeExternalLinks { tokens += ["allow-popups", "allow-popups-to-escape-sandbox"] }
        return tokens.joined(separator: " ")
    }

    /// The frame's `allow` attribute; `nil` leaves it away.
    package var permissionsPolicy: String? {
        self.allowIframeClipboard ? "clipboard-write" : nil
    }
}
