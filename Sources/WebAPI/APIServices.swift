package import Application
package import NIOCore
package import WebGate

/// Everything that the API's routes call; `Assembly` fills it.
@dynamicMemberLookup
package struct APIServices: Sendable {
    package var gate: GateConfiguration
    package var product: ProductServices
    package var readiness: [ReadinessCheck]
    /// The bytes of `Web/openapi.json`.
    package var openAPI: ByteBuffer
    package var version: String
    /// The server was told to stop and takes no new streams (spec 05 B42).
    package var isLeaving: @Sendable () -> Bool
    /// For heartbeats and deadlines.
    package var clock: any Clock<Duration>

    package init(
        gate: GateConfiguration,
        product: ProductServices,
        readiness: [ReadinessCheck],
        openAPI: ByteBuffer,
        version: String,
        isLeaving: @escaping @Sendable () -> Bool = { false },
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.gate = gate
        self.product = product
        self.readiness = readiness
        self.openAPI = openAPI
        self.version = version
        self.isLeaving = isLeaving
        self.clock = clock
    }

    /// Whoever would begin something long comes again: to another process, or to the next one.
    func refuseWhileLeaving() throws {
        if self.isLeaving() { throw GateRefusal.serverStopping }
    }

    package subscript<Value>(dynamicMember path: KeyPath<ProductServices, Value>) -> Value {
        self.product[keyPath: path]
    }
}

/// One part that has to answer before the server is ready (spec 05 B41).
package struct ReadinessCheck: Sendable {
    package var part: String
    package var check: @Sendable () async throws -> Void

    package init(part: String, check: @escaping @Sendable () async throws -> Void) {
        self.part = part
        self.check = check
    }
}
