package import Foundation

/// One file of an app's workspace on its way into or out of a revision.
package struct SourceFile: Sendable, Equatable {
    /// Relative, `/`-separated, checked by `SourcePath`.
    package var path: SourcePath
    package var bytes: Data

    package init(path: SourcePath, bytes: Data) {
        self.path = path
        self.bytes = bytes
    }

    /// The bytes are not UTF-8 text, or hold a NUL.
    package var isBinary: Bool {
        self.bytes.contains(0) || String(validating: self.bytes, as: UTF8.self) == nil
    }
}
