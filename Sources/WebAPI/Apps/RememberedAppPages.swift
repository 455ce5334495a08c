import Application
import Documents
import Domain
import NIOCore

/// Pages of app lists as they were written, until an app, a team or a place in a team changes.
///
/// The key holds all that decides what a person sees beside those documents: who they are and which role they have in
/// the workspace at this moment, as the gate has just found out.
struct RememberedAppPages: Sendable {
    private struct Key: Hashable, Sendable {
        var workspaceID: Workspace.ID
        var userID: User.ID
        var role: Role?
        var limit: Int
        var cursor: String?
    }

    /// Together these bound what is kept to 16 MiB.
    static let capacity = 256
    static let maximumBytes = 65_536

    private let pages: Remembered<Key, ByteBuffer>

    init(memory: ReadMemory) {
        self.pages = Remembered(until: memory.apps, capacity: Self.capacity)
    }

    func page(
        for member: WorkspaceMember,
        limit: Int,
        cursor: String?,
        write: () async throws -> ByteBuffer
    ) async throws -> ByteBuffer {
        let key = Key(
            workspaceID: member.workspaceID,
            userID: member.userID,
            role: member.role,
            limit: limit,
            cursor: cursor
        )
        var written: ByteBuffer?
        let page = try await self.pages.value(for: key) {
            let bytes = try await write()
            written = bytes
            return bytes.readableBytes <= Self.maximumBytes ? bytes : nil
        }
        if let page = page ?? written { return page }
        return try await write()
    }
}
