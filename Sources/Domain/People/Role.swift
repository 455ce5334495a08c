/// What a person is in a workspace (spec 01 §7).
///
/// Anything else in stored data grants nothing.
package enum Role: String, Codable, Sendable, CaseIterable, Comparable {
    case member
    case admin
    case owner

    package static func < (one: Self, other: Self) -> Bool {
        one.rank < other.rank
    }

    private var rank: Int {
        switch self {
        case .member: 0
        case .admin: 1
        case .owner: 2
        }
    }

    /// Owners and admins review, approve and see every app.
    package var isAdmin: Bool { self >= .admin }

    /// The role's permissions, in the order in which they are published.
    package var permissions: [Permission] {
        Permission.allCases.filter { $0.isHeld(by: self) }
    }
}
