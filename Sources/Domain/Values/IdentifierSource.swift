/// Makes ids and other random tokens; tests hand in a source that counts.
package struct IdentifierSource: Sendable {
    private let bytes: RandomBytes

    package init(bytes: RandomBytes) {
        self.bytes = bytes
    }

    /// A fresh id: twelve random bytes in hexadecimal.
    package func make<Entity>(_ entity: Entity.Type = Entity.self) -> Identifier<Entity> {
        Identifier(unchecked: self.bytes.take(12).hexadecimal)
    }

    /// A fresh opaque token of `count` random bytes in hexadecimal, for leases, streams and tool call scopes.
    package func token(bytes count: Int = 16) -> String {
        self.bytes.take(count).hexadecimal
    }

    package static let live = Self(bytes: .live)
}
