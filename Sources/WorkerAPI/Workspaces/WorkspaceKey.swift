package import Domain

/// The name of a workspace directory (spec 03 §4); made of ids, so no key leads out of the parent.
package struct WorkspaceKey: Hashable, Sendable {
    package let rawValue: String

    static let disposableMark = "__metadata__"

    package static func app(_ id: App.ID) -> Self { Self(rawValue: id.rawValue) }

    /// A directory for one job that is removed afterwards.
    package static func metadata(_ id: App.ID, stamp: Timestamp) -> Self {
        Self(rawValue: id.rawValue + self.disposableMark + String(stamp.milliseconds, radix: 36))
    }

    var isDisposable: Bool { self.rawValue.contains(Self.disposableMark) }
}
