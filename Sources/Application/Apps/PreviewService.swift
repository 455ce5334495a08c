package import Documents
package import Domain
package import Foundation

/// Hands out addresses of built apps and what is behind them; never compiles anything (spec 02 §14, B14, B16).
package struct PreviewService: Sendable {
    /// An address lives at least this long, and at most twice as long: it changes on the hour so that a browser's
    /// cache is good for more than one visit.
    package static let lifetime = Duration.seconds(3600)

    private let revisions: RevisionRepository
    private let workspaces: WorkspaceRepository
    private let documents: any PreviewDocumentMaking
    private let tokens: PreviewTokens
    private let clock: WallClock

    package init(
        revisions: RevisionRepository,
        workspaces: WorkspaceRepository,
        documents: any PreviewDocumentMaking,
        tokens: PreviewTokens,
        clock: WallClock
    ) {
        self.revisions = revisions
        self.workspaces = workspaces
        self.documents = documents
        self.tokens = tokens
        self.clock = clock
    }

    package struct Address: Codable, Sendable, Equatable {
        package var url: String
        /// Of the artifact: equal hashes show the same page.
        package var hash: ContentHash
        package var expiresAt: Timestamp
        /// For the frame's attributes (spec 02 §14.3).
        package var sandbox: String
        package var allow: String?
        package var revisionID: SourceRevision.ID

        package enum CodingKeys: String, CodingKey {
            case url, hash, expiresAt, sandbox, allow
            case revisionID = "revisionId"
        }
    }

    /// The address of a version: `draft`, `published` or a revision's id.
    ///
    /// Only collaborators get anything but the published one.
    package func address(of opened: OpenedApp, version: String?) async throws -> Address {
        let revisionID: SourceRevision.ID?
        if opened.access.canCollaborate, version == FileService.Version.draft.rawValue {
            revisionID = opened.app.draft?.revisionID
        } else if opened.access.canCollaborate, let id = version.flatMap({ SourceRevision.ID($0) }) {
            revisionID = id
        } else {
            revisionID = opened.app.published?.revisionID
        }
        guard let revisionID, let revision = try await self.revisions.find(revisionID, of: opened.scope),
            let hash = revision.artifactHash
        else { throw AppRefusal.previewNotFound }
        let settings =
            try await self.workspaces.find(opened.scope.workspaceID)?.appRuntimeSettings ?? AppRuntimeSettings()
        let token = PreviewToken(
            workspaceID: opened.scope.workspaceID,
            appID: opened.scope.appID,
            revisionID: revisionID,
            settings: settings,
            expiresAt: self.expiry
        )
        return Address(
            url: "/preview/\(self.tokens.issue(token))/",
            hash: hash,
            expiresAt: token.expiresAt,
            sandbox: settings.sandbox,
            allow: settings.permissionsPolicy,
            revisionID: revisionID
        )
    }

    /// One file behind an address.
    package struct File: Sendable {
        package enum Content: Sendable {
            case bytes(Data)
            /// The app's page; the policy has to be put into it.
            case document(@Sendable (_ policy: String) -> Data)
        }

        package var path: String
        package var settings: AppRuntimeSettings
        package var etag: String
        package var content: Content
    }

    /// What is at a path behind the token; the path is decoded, and empty for the app's page.
    package func file(token text: String, path: String) async throws -> File {
        guard let token = self.tokens.read(text) else { throw AppRefusal.previewNotFound }
        guard token.expiresAt > self.clock.now else { throw AppRefusal.previewExpired }
        if path == self.documents.bridgePath {
            let bytes = try await self.documents.bridge()
            let etag = ContentHash(of: bytes).rawValue
            return File(path: path, settings: token.settings, etag: etag, content: .bytes(bytes))
        }
        guard let source = SourcePath("dist/" + (path.isEmpty ? "index.html" : path)),
            let revision = try await self.revisions.find(token.revisionID, of: token.scope),
            let entry = revision.entry(at: source),
            let bytes = try await self.revisions.file(entry, of: token.scope)
        else { throw AppRefusal.previewNotFound }
        guard source.rawValue == "dist/index.html" else {
            return File(path: path, settings: token.settings, etag: entry.hash.rawValue, content: .bytes(bytes))
        }
        let documents = self.documents
        return File(
            path: "index.html",
            settings: token.settings,
            etag: entry.hash.rawValue,
            content: .document { policy in
                documents.document(index: bytes, policy: policy)
            }
        )
    }

    private var expiry: Timestamp {
        let hour = Self.lifetime.components.seconds * 1000
        return Timestamp(milliseconds: (self.clock.now.milliseconds / hour + 2) * hour)
    }
}
