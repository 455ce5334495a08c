/// What may enter a source revision: one set of limits for the worker, saving, export and import (spec 02 B3, B13; 03 §4.1).
package enum SnapshotRules {
    /// One file: 1 MiB.
    package static let maximumFileBytes = 1_048_576
    /// From here on the result carries a warning: 8 MiB.
    package static let warningTotalBytes = 8_388_608
    /// More than this is refused: 12 MiB.
    package static let maximumTotalBytes = 12_582_912
    /// More files than this are refused.
    package static let maximumFiles = 2000

    /// Directories that are left out at any depth.
    package static let skippedDirectories: Set<String> = [
        "node_modules", ".git", ".next", ".cache", ".claude", "attachments",
    ]

    /// Whether a directory entry of this name stays out of revisions: everything that starts with a dot, and the named directories.
    package static func skips(name: some StringProtocol, isDirectory: Bool) -> Bool {
        name.hasPrefix(".") || (isDirectory && self.skippedDirectories.contains(String(name)))
    }

    /// Why a set of files is refused; every offender is named at once.
    package enum Violation: Error, Equatable, Sendable {
        case fileTooLarge(SourcePath, bytes: Int)
        case totalTooLarge(bytes: Int)
        case tooManyFiles(count: Int)
        /// More files, folders and links than are looked at, so that nothing is known of the rest.
        case tooManyEntries(limit: Int)
        /// The name is no `SourcePath`: bad characters or too long.
        case unusablePath(String)

        package var message: String {
            switch self {
            case .fileTooLarge(let path, let bytes):
                "\(path) has \(bytes) bytes; the limit for one file is \(maximumFileBytes) bytes."
            case .totalTooLarge(let bytes):
                "The files have \(bytes) bytes together; the limit is \(maximumTotalBytes) bytes."
            case .tooManyFiles(let count):
                "There are \(count) files; the limit is \(maximumFiles)."
            case .tooManyEntries(let limit):
                "There are more than \(limit) files, folders and links; that is the limit."
            case .unusablePath(let name):
                "The name \(name.debugDescription) cannot be stored; use up to \(SourcePath.maximumLength) plain characters."
            }
        }
    }

    /// Every violation among the files, in the order of their paths; empty when they may be saved.
    package static func violations(in files: [SourceFile]) -> [Violation] {
        var violations: [Violation] = []
        var total = 0
        for file in files.sorted(by: { $0.path < $1.path }) {
            total += file.bytes.count
            if file.bytes.count > self.maximumFileBytes {
                violations.append(.fileTooLarge(file.path, bytes: file.bytes.count))
            }
        }
        if total > self.maximumTotalBytes { violations.append(.totalTooLarge(bytes: total)) }
        if files.count > self.maximumFiles { violations.append(.tooManyFiles(count: files.count)) }
        return violations
    }
}
