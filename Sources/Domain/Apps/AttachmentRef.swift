/// A file that a person gave to the builder (spec 02 §16); lives under `attachments/` of the workspace, never in revisions.
package struct AttachmentRef: Codable, Sendable, Equatable {
    /// Lowercase `[a-z0-9-]`, at most 64.
    package var id: String
    package var name: String
    /// `attachments/{id}-{name}`.
    package var path: String
    package var size: Int
    package var contentType: String?

    package init(id: String, name: String, path: String, size: Int, contentType: String?) {
        self.id = id
        self.name = name
        self.path = path
        self.size = size
        self.contentType = contentType
    }
}

/// The limits and name rules of attachments (spec 02 §16, 03 §2.3).
package enum AttachmentRules {
    package static let maximumCount = 10
    /// One file: 25 MiB.
    package static let maximumFileBytes = 26_214_400
    /// All files of a request together: 50 MiB.
    package static let maximumTotalBytes = 52_428_800
    /// A run remembers its newest.
    package static let maximumPerRun = 200
    package static let maximumIDLength = 64
    package static let maximumNameLength = 120
    /// A type and a subtype of 127 characters each (RFC 6838).
    package static let maximumContentTypeLength = 255

    /// Lowercase letters, digits and dashes, at most 64; nothing left gives `file`.
    package static func cleanID(_ text: String) -> String {
        let kept = text.lowercased().unicodeScalars.filter {
            ("a"..."z").contains($0) || ("0"..."9").contains($0) || $0 == "-"
        }
        let id = String(String.UnicodeScalarView(kept)).prefix(self.maximumIDLength)
        return id.isEmpty ? "file" : String(id)
    }

    /// The base name with every unusual character, space and repeat made one dash, no leading dots, at most 120.
    package static func cleanName(_ text: String) -> String {
        let base = text.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        var name = ""
        for scalar in base.unicodeScalars where !(scalar.value < 0x20 || scalar.value == 0x7F) {
            let isKept =
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || scalar == "." || scalar == "_"
            if isKept {
                name.unicodeScalars.append(scalar)
            } else if !name.hasSuffix("-") {
                name.append("-")
            }
        }
        name = String(name.drop { $0 == "." }.prefix(self.maximumNameLength))
        return name.isEmpty || name == "-" ? "file" : name
    }

    package static func path(id: String, name: String) -> String {
        "attachments/\(self.cleanID(id))-\(self.cleanName(name))"
    }

    /// A content type that is worth keeping: short and printable ASCII.
    package static func usable(contentType: String) -> String? {
        let isUsable =
            (1...self.maximumContentTypeLength).contains(contentType.utf8.count)
            && contentType.utf8.allSatisfy { (0x20...0x7E).contains($0) }
        return isUsable ? contentType : nil
    }

    /// Under `attachments/`, no `..` segment, no NUL, not a directory.
    package static func isUsable(path: String) -> Bool {
        guard let path = SourcePath(path) else { return false }
        return path.segments.count >= 2 && path.segments.first == "attachments"
    }
}
