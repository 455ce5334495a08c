import Foundation

/// Makes workspace ids from names (spec 01 §10, B8).
package enum WorkspaceSlug {
    /// The name's slug, then `-2`, `-3` … up to `-999`; the base is cut so that every candidate is a valid id.
    package static func candidates(for name: String) -> [WorkspaceID] {
        let base = self.base(of: name)
        return (1...999).compactMap { number in
            guard number > 1 else {
                return WorkspaceID(String(base.prefix(WorkspaceID.maximumLength)).trimmingDashes())
            }
            let suffix = "-\(number)"
            return WorkspaceID(
                String(base.prefix(WorkspaceID.maximumLength - suffix.utf8.count)).trimmingDashes() + suffix
            )
        }
    }

    /// Letters that are no base with a mark, such as ł and ß, become the ones that people write for them.
    private static let toASCII = StringTransform("Latin-ASCII")

    /// Transliterated to ASCII, lowercased, every run of other characters one dash; nothing left gives `workspace`.
    static func base(of name: String) -> String {
        let latin =
            name.applyingTransform(.toLatin, reverse: false)?.applyingTransform(Self.toASCII, reverse: false)
            ?? name
        var slug = ""
        for scalar in latin.lowercased().unicodeScalars {
            if ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) {
                slug.unicodeScalars.append(scalar)
            } else if !slug.hasSuffix("-") {
                slug.append("-")
            }
        }
        let trimmed = slug.trimmingDashes()
        return trimmed.isEmpty ? "workspace" : trimmed
    }
}

extension String {
    fileprivate func trimmingDashes() -> String {
        self.trimmingCharacters(in: CharacterSet(charactersIn: "-"))
    }
}
