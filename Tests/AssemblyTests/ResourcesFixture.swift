import Domain
import Foundation

/// A folder that looks like an installation's resources; the body's end removes it.
func withResources<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent(
        "resources-\(IdentifierSource.live.token())"
    )
    for part in ["Web", "AppTemplate", "Toolchain"] {
        try FileManager.default.createDirectory(
            at: root.appendingPathComponent(part),
            withIntermediateDirectories: true
        )
    }
    // A folder that stays behind harms nobody.
    defer { try? FileManager.default.removeItem(at: root) }
    return try body(root)
}
