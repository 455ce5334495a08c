import Foundation

/// Adds the types of Node to an app's `package.json`, which its build settings are checked against (spec 03 §4.4, step 2).
struct NodeTypes: Sendable {
    static let package = "@types/node"
    private static let version = "^20.19.0"

    let workspace: URL

    /// Writes `package.json` only when the package is not declared anywhere in it.
    func add(to manifest: PackageManifest) async throws {
        guard manifest.dependencies[Self.package] == nil else { return }
        let file = WorkspaceFile(workspace: self.workspace, name: "package.json")
        try await BlockingWork.run { _ in
            guard let document = try file.read() else { throw PackageManifest.notPlain }
            try file.replace(with: Self.added(to: document))
        }
    }

    /// The document with the package in `devDependencies`; everything else stays as it is written.
    static func added(to document: Data) -> Data {
        let entry = "\"\(self.package)\": \"\(self.version)\""
        var bytes = Array(document)
        var depth = 0
        var index = 0
        var key: Range<Int>?
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                let start = index + 1
                index = start
                while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                key = start..<min(index, bytes.count)
            case UInt8(ascii: "{"):
                depth += 1
                if depth == 2, let key, bytes[key].elementsEqual("devDependencies".utf8) {
                    let rest = bytes[(index + 1)...].first { !Self.isBlank($0) }
                    let comma = rest == UInt8(ascii: "}") ? "" : ","
                    bytes.insert(contentsOf: Array("\n    \(entry)\(comma)".utf8), at: index + 1)
                    return Data(bytes)
                }
            case UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ","): key = nil
            default: break
            }
            index += 1
        }
        guard let open = bytes.firstIndex(of: UInt8(ascii: "{")) else { return document }
        let comma = bytes[(open + 1)...].first { !Self.isBlank($0) } == UInt8(ascii: "}") ? "" : ","
        bytes.insert(contentsOf: Array("\n  \"devDependencies\": {\n    \(entry)\n  }\(comma)".utf8), at: open + 1)
        return Data(bytes)
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        [0x20, 0x09, 0x0A, 0x0D].contains(byte)
    }
}
