package import Domain
package import Foundation

/// What differs between two versions of an app, ready to be shown.
///
/// Texts are compared line by line here, so that the page needs neither both versions nor an algorithm.
/// The built artifact and binary files are only named.
package struct RevisionDiff: Codable, Sendable, Equatable {
    package enum Status: String, Codable, Sendable {
        case added, removed, changed
    }

    package struct File: Codable, Sendable, Equatable {
        package var path: SourcePath
        package var status: Status
        /// Sizes in bytes; 0 where there is no such file.
        package var oldSize: Int
        package var newSize: Int
        /// `nil` when the contents are not compared: binary, built, or past the limits.
        package var hunks: [TextDiff.Hunk]?
    }

    /// `nil` compares with nothing: everything is added.
    package var fromID: SourceRevision.ID?
    package var toID: SourceRevision.ID
    package var files: [File]

    package enum CodingKeys: String, CodingKey {
        case fromID = "fromId"
        case toID = "toId"
        case files
    }

    /// A file over this is only named: 256 KiB.
    static let maximumFileBytes = 262_144
    /// Past this much text in one answer, files are only named: 2 MiB.
    static let maximumTotalBytes = 2_097_152

    package static func make(
        from old: SourceRevision?,
        to new: SourceRevision,
        read: (SourceRevision.Entry) async throws -> Data?
    ) async throws -> Self {
        let before = Dictionary((old?.entries ?? []).map { ($0.path, $0) }) { first, _ in first }
        let after = Dictionary(new.entries.map { ($0.path, $0) }) { first, _ in first }
        var files: [File] = []
        var budget = Self.maximumTotalBytes
        for path in Set(before.keys).union(after.keys).sorted() {
            let one = before[path]
            let other = after[path]
            guard one?.hash != other?.hash else { continue }
            var file = File(
                path: path,
                status: one == nil ? .added : other == nil ? .removed : .changed,
                oldSize: one?.size ?? 0,
                newSize: other?.size ?? 0
            )
            let isComparable =
                !path.isArtifact && !(one?.isBinary ?? false) && !(other?.isBinary ?? false)
                && max(file.oldSize, file.newSize) <= Self.maximumFileBytes
            if isComparable, file.oldSize + file.newSize <= budget {
                budget -= file.oldSize + file.newSize
                let oldText = try await Self.text(one, read)
                let newText = try await Self.text(other, read)
                file.hunks = TextDiff.hunks(from: oldText, to: newText)
            }
            files.append(file)
        }
        return Self(fromID: old?.id, toID: new.id, files: files)
    }

    private static func text(
        _ entry: SourceRevision.Entry?,
        _ read: (SourceRevision.Entry) async throws -> Data?
    ) async throws -> String {
        guard let entry, let bytes = try await read(entry) else { return "" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
