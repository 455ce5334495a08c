package import Bus
import NIOCore

/// One promise of the bus port; every engine keeps all of them.
///
/// Each check runs on a fresh bus. `pass` lets time go by for the bus: a test clock is turned, a real engine is waited for.
package struct MessageBusCheck: Sendable, CustomStringConvertible {
    package let name: String
    private let body: @Sendable (any MessageBus, @Sendable (Duration) async throws -> Void) async throws -> Void

    init(
        _ name: String,
        _ body:
            @escaping @Sendable (any MessageBus, @Sendable (Duration) async throws -> Void) async throws ->
            Void
    ) {
        self.name = name
        self.body = body
    }

    init(_ name: String, _ body: @escaping @Sendable (any MessageBus) async throws -> Void) {
        self.init(name) { bus, _ in try await body(bus) }
    }

    package var description: String { self.name }

    /// - Throws: `BrokenPromise`, or what the bus threw.
    package func run(on bus: any MessageBus, pass: @Sendable (Duration) async throws -> Void) async throws {
        try await bus.ping()
        try await self.body(bus, pass)
    }

    package static let all = channels + logs + keys
}

extension ByteBuffer {
    /// The buffer's text, for comparisons.
    var text: String { String(buffer: self) }
}
