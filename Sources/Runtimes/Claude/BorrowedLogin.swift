import Domain
import Folders
import Foundation

/// The login of the person at this machine, of which a turn gets a copy (spec 03 §8).
///
/// Only Claude Code's own tokens are copied; whatever else the person's file holds, such as the logins of other tool
/// servers, stays out. The agent's shell can read the copy: no rule of ours hides from a shell what the CLI beside it
/// must read. docs/operations.md says so.
struct BorrowedLogin: Sendable {
    /// Larger files are no credentials.
    static let maximumBytes = 65_536

    private static let section = "claudeAiOauth"
    private static let (access, refresh, expiry) = ("accessToken", "refreshToken", "expiresAt")
    private static let maximumToken = 8192

    /// The file that the turn gets.
    let copy: Data

    private let folder: String
    private let name: RawName
    private let original: Data

    /// Reads the person's credentials file; a link there is followed, it is the person's own.
    init(_ file: URL) throws {
        let file = file.resolvingSymlinksInPath()
        self.folder = file.deletingLastPathComponent().path(percentEncoded: false)
        self.name = file.lastPathComponent.rawName
        guard let bytes = try OpenFolder.open(self.folder).read(self.name, upTo: Self.maximumBytes),
            let tokens = try JSONValue(parsing: bytes)[Self.section]?.object
        else { throw Unusable() }
        self.original = bytes
        self.copy = try JSONValue.object([Self.section: .object(tokens)]).encoded()
    }

    /// Gives the person the tokens that a turn refreshed, for the old ones may be void.
    ///
    /// Nothing but the tokens and their expiry is taken over, only when they expire later, and only while the person's
    /// file is the one that was copied; it is replaced in one step.
    ///
    /// - Parameter used: the copy as the turn left it.
    /// - Returns: whether the person's file was changed.
    /// - Throws: what kept the files from being read or written, with the person's file as it was.
    func keep(_ used: Data) throws -> Bool {
        guard used != self.copy, var file = try JSONValue(parsing: self.original).object,
            var tokens = file[Self.section]?.object,
            let newer = try JSONValue(parsing: used)[Self.section]?.object,
            let expiry = newer[Self.expiry]?.integer, expiry > tokens[Self.expiry]?.integer ?? 0,
            let access = Self.token(newer[Self.access]), let refresh = Self.token(newer[Self.refresh])
        else { return false }
        tokens[Self.access] = .string(access)
        tokens[Self.refresh] = .string(refresh)
        tokens[Self.expiry] = .integer(expiry)
        file[Self.section] = .object(tokens)
        let folder = try OpenFolder.open(self.folder)
        guard try folder.read(self.name, upTo: Self.maximumBytes) == self.original else { return false }
        try folder.write(try JSONValue.object(file).encoded(), as: self.name, permissions: 0o600)
        return true
    }

    private static func token(_ value: JSONValue?) -> String? {
        guard let text = value?.string, (1...Self.maximumToken).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return text
    }

    struct Unusable: Error {}
}
