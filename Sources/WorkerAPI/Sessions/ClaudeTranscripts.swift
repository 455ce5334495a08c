import Domain
import Folders
package import Foundation

/// The transcripts of Claude Code in an app's private home (spec 03 §3.2, §3.3).
package struct ClaudeTranscripts: Sendable {
    /// Longer transcripts are not carried; the next worker then starts from the hand-off (spec 02 §10).
    package static let maximumBytes = 33_554_432

    private let homes: RuntimeHomes

    package init(homes: RuntimeHomes) {
        self.homes = homes
    }

    /// The folder name that Claude Code gives to a working directory: every UTF-16 unit outside `[A-Za-z0-9]` becomes a
    /// dash; beyond 200 the first 200, a dash, and the hash of the whole in base 36.
    package static func folderName(for workingDirectory: String) -> String {
        let units = Array(workingDirectory.utf16)
        let name = units.map { unit in
            switch unit {
            case 48...57, 65...90, 97...122: Character(UnicodeScalar(UInt8(unit)))
            default: Character("-")
            }
        }
        guard name.count > 200 else { return String(name) }
        let hash = units.reduce(Int32(0)) { $0 &* 31 &+ Int32($1) }
        return String(name.prefix(200)) + "-" + String(hash.magnitude, radix: 36)
    }

    /// Session ids become file names, and they come from an agent or from a document: letters, digits, `-` and `_` only.
    package static func isUsable(sessionID: String) -> Bool {
        (1...128).contains(sessionID.utf8.count)
            && sessionID.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
                    || byte == 95
            }
    }

    /// Writes a stored transcript where the agent looks for it.
    ///
    /// `keepsExisting`: the live session is the same one, so that a transcript on disk is newer than the stored copy.
    package func restore(
        _ transcript: Data,
        sessionID: String,
        key: WorkspaceKey,
        workingDirectory: String,
        keepsExisting: Bool
    ) async throws {
        guard Self.isUsable(sessionID: sessionID) else { return }
        let file = sessionID + ".jsonl"
        let folder = Self.folderName(for: workingDirectory)
        guard let path = SourcePath("\(folder)/\(file)") else { return }
        try await self.homes.inside(key) { home in
            let projects = try home.claimingFolder(".claude".rawName).claimingFolder("projects".rawName)
            if let place = try Self.place(of: file, in: projects) {
                guard !keepsExisting else { return }
                try projects.folder(place).remove(file.rawName)
            }
            try projects.write(transcript, to: path)
        }
    }

    /// The transcript of a session, wherever below the home's projects it lies; `nil` when there is none.
    package func transcript(of sessionID: String, key: WorkspaceKey) async throws -> Data? {
        guard Self.isUsable(sessionID: sessionID) else { return nil }
        let file = sessionID + ".jsonl"
        return try await self.homes.inside(key) { home in
            guard home.entry(".claude".rawName)?.kind == .folder else { return nil }
            let configuration = try home.folder(".claude".rawName)
            guard configuration.entry("projects".rawName)?.kind == .folder else { return nil }
            let projects = try configuration.folder("projects".rawName)
            guard let place = try Self.place(of: file, in: projects) else { return nil }
            return try projects.folder(place).read(file.rawName, upTo: Self.maximumBytes)
        }
    }

    /// The project folder that holds the file.
    ///
    /// The agent may name the folder after the path it sees inside a sandbox,
    /// and it finds a session in any of them, so we look in all.
    private static func place(of file: String, in projects: borrowing OpenFolder) throws -> RawName? {
        for name in try projects.names() where projects.entry(name)?.kind == .folder {
            if try projects.folder(name).entry(file.rawName)?.kind == .file { return name }
        }
        return nil
    }
}
