import Domain

/// What a person says about themselves (spec 01 §9.3, B2), checked.
package struct IdentityForm: Sendable, Equatable {
    /// The address of the one local person who gave none.
    package static let fixedEmail = "local-user@second.localhost"

    package let displayName: String
    /// `nil` keeps what is stored.
    package let profileRole: String?
    /// `nil` when the form had no such field.
    package let email: String?

    package init(displayName: String?, profileRole: String?, email: String?) throws(PeopleRefusal) {
        let name = (displayName ?? "").trimmingWhitespace()
        guard (2...80).contains(name.utf16.count) else { throw .invalidIdentity }
        let role = (profileRole ?? "").trimmingWhitespace()
        guard role.isEmpty || (2...80).contains(role.utf16.count) else { throw .invalidIdentity }
        if let email {
            guard Self.isValid(email: email.trimmingWhitespace()) else { throw .invalidIdentity }
        }
        self.displayName = name
        self.profileRole = role.isEmpty ? nil : role
        self.email = email?.trimmingWhitespace()
    }

    /// 3–254; one `@`; no white space; a dot inside the domain with characters on both sides.
    static func isValid(email: String) -> Bool {
        guard (3...254).contains(email.utf16.count), !email.contains(where: \.isWhitespace),
            !email.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F })
        else { return false }
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return false }
        let domain = parts[1]
        guard let first = domain.first, let last = domain.last, first != ".", last != "." else { return false }
        return domain.contains(".")
    }
}
