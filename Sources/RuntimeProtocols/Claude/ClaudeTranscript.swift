/// Where Claude Code keeps the transcript of a session (spec 03 §3.3, tried with 2.1.329).
package enum ClaudeTranscript {
    /// The folder's name below `projects` for a working directory.
    package static func folder(forWorkingDirectory path: String) -> String {
        let units = Array(path.utf16)
        let name = String(decoding: units.map { Self.isPlain($0) ? $0 : UInt16(UInt8(ascii: "-")) }, as: UTF16.self)
        guard units.count > 200 else { return name }
        var hash: Int32 = 0
        for unit in units { hash = hash &* 31 &+ Int32(unit) }
        return "\(name.prefix(200))-\(String(hash.magnitude, radix: 36))"
    }

    /// The transcript's path below `CLAUDE_CONFIG_DIR`, or `nil` when the id is none of the CLI's.
    package static func path(session: String, workingDirectory: String) -> String? {
        guard !session.isEmpty, session.utf8.count <= 64,
            session.utf16.allSatisfy({ Self.isPlain($0) || $0 == UInt16(UInt8(ascii: "-")) })
        else { return nil }
        return "projects/\(self.folder(forWorkingDirectory: workingDirectory))/\(session).jsonl"
    }

    private static func isPlain(_ unit: UInt16) -> Bool {
        (48...57).contains(unit) || (65...90).contains(unit) || (97...122).contains(unit)
    }
}
