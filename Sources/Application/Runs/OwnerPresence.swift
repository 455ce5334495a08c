package import Bus
import Domain
package import Logging
import NIOCore
import ServiceLifecycle

/// Shows the other processes that this one lives: a value on the bus that expires unless it is renewed.
///
/// The bus measures the time, so the processes' wall clocks need not agree (spec 02 B7).
package struct OwnerPresence: Service {
    /// How long a process counts as alive after its last sign.
    package static let lifetime = Duration.seconds(30)
    package static let renewal = Duration.seconds(10)

    package enum Sign: Sendable, Equatable {
        case alive
        case gone
        /// The bus does not answer.
        case unknown
    }

    private let owner: String
    private let bus: any MessageBus
    private let clock: any Clock<Duration>
    private let logger: Logger

    package init(owner: String, bus: any MessageBus, clock: any Clock<Duration>, logger: Logger) {
        self.owner = owner
        self.bus = bus
        self.clock = clock
        self.logger = logger
    }

    /// Gives one sign; called once before the first turn can be claimed.
    package func announce() async throws {
        try await self.bus.setValue(ByteBuffer(string: "1"), for: Self.key(self.owner), expiringAfter: Self.lifetime)
    }

    /// Renews the sign until the server stops, and takes it back then.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await self.announce()
                } catch {
                    self.logger.warning("This process could not show that it lives", metadata: ["error": "\(error)"])
                }
                // Ends by cancellation, which the loop sees.
                try? await self.clock.sleep(for: Self.renewal)
            }
        }
        // A sign that stays expires by itself.
        _ = try? await self.bus.takeValue(for: Self.key(self.owner))
    }

    /// Whether another process lives, as far as the bus knows.
    static func sign(of owner: String, on bus: any MessageBus) async -> Sign {
        do {
            return try await bus.value(for: Self.key(owner)) == nil ? .gone : .alive
        } catch {
            return .unknown
        }
    }

    private static func key(_ owner: String) -> String { "owner:\(owner)" }
}
