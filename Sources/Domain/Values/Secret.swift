/// A value that must not be shown: it cannot be encoded, and every way of printing it gives `<redacted>`.
///
/// Reading it takes a call that can be searched for.
package struct Secret<Value: Sendable>: Sendable {
    private let value: Value

    package init(_ value: Value) {
        self.value = value
    }

    /// The value itself, for the one place that needs it.
    package func reveal() -> Value {
        self.value
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
