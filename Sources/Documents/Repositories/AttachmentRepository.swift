package import Domain
package import Foundation

/// Attachment contents, kept so that they survive the worker's disk (spec 02 §16); cut into parts of 1 MiB.
package struct AttachmentRepository: Sendable {
    private struct Part: Codable, Sendable {
        var id: String
        var workspaceID: Workspace.ID
        var appID: App.ID
        var attachmentID: String
        var part: Int
        var reference: AttachmentRef
        var content: Data
        var uploadedAt: Timestamp

        enum CodingKeys: String, CodingKey {
            case id = "_id"
            case workspaceID = "workspaceId"
            case appID = "appId"
            case attachmentID = "attachmentId"
            case part, reference, content, uploadedAt
        }
    }

    private let parts: Collection<Part>
    private let identifiers: IdentifierSource

    package init(store: any DocumentStore, identifiers: IdentifierSource) {
        self.parts = Collection(Collections.attachments, in: store)
        self.identifiers = identifiers
    }

    /// Keeps the file, replacing one with the same id in the app.
    package func put(_ reference: AttachmentRef, content: Data, in app: AppScope, at time: Timestamp) async throws {
        _ = try await self.parts.delete(where: self.filter(reference.id, app))
        var rest = content[...]
        var number = 0
        repeat {
            let slice = Data(rest.prefix(BlobRepository.partBytes))
            try await self.parts.insert(
                Part(
                    id: self.identifiers.make(Part.self).rawValue,
                    workspaceID: app.workspaceID,
                    appID: app.appID,
                    attachmentID: reference.id,
                    part: number,
                    reference: reference,
                    content: slice,
                    uploadedAt: time
                )
            )
            rest = rest.dropFirst(BlobRepository.partBytes)
            number += 1
        } while !rest.isEmpty
    }

    package func get(
        _ attachmentID: String,
        in app: AppScope
    ) async throws -> (reference: AttachmentRef, content: Data)? {
        let found = try await self.parts.find(Query(self.filter(attachmentID, app), sort: [.ascending("part")]))
        guard let first = found.first else { return nil }
        let content = found.reduce(into: Data()) { $0.append($1.content) }
        guard content.count == first.reference.size else { return nil }
        return (first.reference, content)
    }

    package func deleteAll(of app: AppScope) async throws {
        _ = try await self.parts.delete(where: .ofApp(app))
    }

    private func filter(_ attachmentID: String, _ app: AppScope) -> Filter {
        .ofApp(app) && .text("attachmentId", attachmentID)
    }
}
