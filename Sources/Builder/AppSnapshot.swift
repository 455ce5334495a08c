package import Domain

/// The files of an app as they were at one moment, within the limits of `SnapshotRules` (spec 02 §13, B3, B13).
package struct AppSnapshot: Sendable, Equatable {
    /// In byte order of their paths.
    package let files: [SourceFile]
    package let totalBytes: Int

    /// Fails with every violation at once; a snapshot is whole or not at all.
    package init(files: [SourceFile]) throws(SnapshotRefusal) {
        let violations = SnapshotRules.violations(in: files)
        guard violations.isEmpty else { throw SnapshotRefusal(violations: violations) }
        self.files = files.sorted { $0.path < $1.path }
        self.totalBytes = files.reduce(0) { $0 + $1.bytes.count }
    }

    /// SHA-256 over all paths and contents (spec 02 §13); `nil` for no files.
    package var hash: ContentHash? { SourceRevision.hash(of: self.files) }

    /// A sentence when the total is large enough to be worth one.
    package var warning: String? {
        guard self.totalBytes > SnapshotRules.warningTotalBytes else { return nil }
        return
            "The files have \(self.totalBytes) bytes together; \(SnapshotRules.maximumTotalBytes) bytes is the limit."
    }

    package func file(at path: String) -> SourceFile? {
        self.files.first { $0.path.rawValue == path }
    }
}

/// A workspace whose files cannot be taken as a snapshot, with every reason.
package struct SnapshotRefusal: Error, Sendable, Equatable {
    package let violations: [SnapshotRules.Violation]

    package init(violations: [SnapshotRules.Violation]) {
        self.violations = violations
    }

    package var message: String {
        self.violations.map(\.message).joined(separator: "\n")
    }
}
