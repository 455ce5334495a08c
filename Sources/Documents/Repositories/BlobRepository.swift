package import Domain
package import Foundation

/// Contents by their SHA-256, per workspace, so that a hash tells nobody what other workspaces hold.
///
/// Contents over 1 MiB (agents' transcripts) are cut into parts of 1 MiB: no document comes near an engine's limit.
package struct BlobRepository: Sendable {
    package static let partBytes = 1_048_576

    private struct Blob: Codable, Sendable {
        var id: String
        var workspaceID: Workspace.ID
        var hash: ContentHash
        var size: Int
        /// Base64 of the content, when it fits into one part.
        var content: Data?
        /// The hashes of the parts, in their order, otherwise.
        var parts: [ContentHash]?

        enum CodingKeys: String, CodingKey {
            case id = "_id"
            case workspaceID = "workspaceId"
            case hash, size, content, parts
        }
    }

    private let blobs: Collection<Blob>

    package init(store: any DocumentStore) {
        self.blobs = Collection(Collections.blobs, in: store)
    }

    /// Keeps the content, unless it is there already.
    @discardableResult
    package func put(_ content: Data, in workspaceID: Workspace.ID) async throws -> ContentHash {
        let hash = ContentHash(of: content)
        guard try await self.blobs.count(where: self.filter(hash, workspaceID)) == 0 else { return hash }
        var blob = Blob(id: "\(workspaceID):\(hash)", workspaceID: workspaceID, hash: hash, size: content.count)
        if content.count <= Self.partBytes {
            blob.content = content
        } else {
            var parts: [ContentHash] = []
            var rest = content[...]
            while !rest.isEmpty {
                parts.append(try await self.put(Data(rest.prefix(Self.partBytes)), in: workspaceID))
                rest = rest.dropFirst(Self.partBytes)
            }
            blob.parts = parts
        }
        do {
            try await self.blobs.insert(blob)
        } catch DocumentStoreError.duplicate {
            // Somebody else kept the same content at the same moment.
        }
        return hash
    }

    package func get(_ hash: ContentHash, in workspaceID: Workspace.ID) async throws -> Data? {
        guard let blob = try await self.blobs.first(where: self.filter(hash, workspaceID)) else { return nil }
        if let content = blob.content { return content }
        var whole = Data(capacity: blob.size)
        for part in blob.parts ?? [] {
            guard let bytes = try await self.get(part, in: workspaceID) else { return nil }
            whole.append(bytes)
        }
        return whole
    }

    private func filter(_ hash: ContentHash, _ workspaceID: Workspace.ID) -> Filter {
        .workspace(workspaceID) && .text("hash", hash.rawValue)
    }
}
