package import Domain
package import Foundation

/// Contents by their SHA-256, kept once for each owner, so that a hash tells nobody what others hold and whatever an owner
/// had can go with it.
///
/// Contents over 1 MiB (agents' transcripts) are cut into parts of 1 MiB: no document comes near an engine's limit.
package struct BlobRepository: Sendable {
    package static let partBytes = 1_048_576

    /// Whose content it is.
    package enum Owner: Sendable, Equatable {
        /// The app, for the files of its revisions.
        case app(AppScope)
        /// A coding agent's own session in a run, for its transcript.
        case session(RuntimeID, RunScope)

        fileprivate var app: AppScope {
            switch self {
            case .app(let app): app
            case .session(_, let run): run.app
            }
        }

        /// Missing for what belongs to the app as a whole.
        fileprivate var session: String? {
            switch self {
            case .app: nil
            case .session(let runtime, let run): "\(run.runID)/\(runtime.rawValue)"
            }
        }

        fileprivate func id(of hash: ContentHash) -> String {
            "\(self.app.workspaceID):\(self.app.appID):\(self.session.map { "\($0):" } ?? "")\(hash)"
        }
    }

    private struct Blob: Codable, Sendable {
        var id: String
        var workspaceID: Workspace.ID
        /// Missing where development builds kept contents per workspace; these are read and never written.
        var appID: App.ID?
        var session: String?
        var hash: ContentHash
        var size: Int
        /// Base64 of the content, when it fits into one part.
        var content: Data?
        /// The hashes of the parts, in their order, otherwise.
        var parts: [ContentHash]?

        enum CodingKeys: String, CodingKey {
            case id = "_id"
            case workspaceID = "workspaceId"
            case appID = "appId"
            case session, hash, size, content, parts
        }
    }

    private let blobs: Collection<Blob>

    package init(store: any DocumentStore) {
        self.blobs = Collection(Collections.blobs, in: store)
    }

    /// Keeps the content, unless the owner has it already.
    @discardableResult
    package func put(_ content: Data, of owner: Owner) async throws -> ContentHash {
        let hash = ContentHash(of: content)
        let own = Filter.workspace(owner.app.workspaceID) && .text("_id", owner.id(of: hash))
        guard try await self.blobs.count(where: own) == 0 else { return hash }
        var blob = Blob(
            id: owner.id(of: hash),
            workspaceID: owner.app.workspaceID,
            appID: owner.app.appID,
            session: owner.session,
            hash: hash,
            size: content.count
        )
        if content.count <= Self.partBytes {
            blob.content = content
        } else {
            var parts: [ContentHash] = []
            for part in Self.parts(of: content) { parts.append(try await self.put(part, of: owner)) }
            blob.parts = parts
        }
        do {
            try await self.blobs.insert(blob)
        } catch DocumentStoreError.duplicate {
            // Somebody else kept the same content at the same moment.
        }
        return hash
    }

    package func get(_ hash: ContentHash, of owner: Owner) async throws -> Data? {
        let ids = [owner.id(of: hash), "\(owner.app.workspaceID):\(hash)"].map { JSONValue.string($0) }
        let found = try await self.blobs.first(where: .workspace(owner.app.workspaceID) && .isIn("_id", ids))
        guard let blob = found else { return nil }
        if let content = blob.content { return content }
        var whole = Data(capacity: blob.size)
        for part in blob.parts ?? [] {
            guard let bytes = try await self.get(part, of: owner) else { return nil }
            whole.append(bytes)
        }
        return whole
    }

    /// Forgets what the session had before this content.
    package func deleteAll(of runtime: RuntimeID, in run: RunScope, except content: Data) async throws {
        let owner = Owner.session(runtime, run)
        guard let session = owner.session else { return }
        let kept = [content] + (content.count > Self.partBytes ? Self.parts(of: content) : [])
        let others = kept.map { Filter.notEquals("hash", .string(ContentHash(of: $0).rawValue)) }
        _ = try await self.blobs.delete(where: .and([.ofApp(owner.app), .text("session", session)] + others))
    }

    /// Removes everything that the app has and its sessions have.
    package func deleteAll(of app: AppScope) async throws {
        _ = try await self.blobs.delete(where: .ofApp(app))
    }

    private static func parts(of content: Data) -> [Data] {
        stride(from: 0, to: content.count, by: self.partBytes).map { content.dropFirst($0).prefix(self.partBytes) }
    }
}
