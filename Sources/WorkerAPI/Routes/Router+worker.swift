import Application
import Domain
import HTTPTypes
package import Hummingbird
package import Logging

/// The routes of a worker that listens by itself; the embedded shape needs only `BrokerRoutes`.
///
/// The broker is for children of this machine and has a listener of its own, so that one that the web can reach does
/// not serve it.
package enum WorkerRouter {
    package static func make(
        worker: WorkerService,
        access: WorkerAccess,
        version: String,
        logger: Logger,
        servesBroker: Bool = true,
        drain: (@Sendable () async -> Void)? = nil
    ) -> Router<WorkerRequestContext> {
        let router = Router(context: WorkerRequestContext.self)
        router.add(middleware: WorkerTraceMiddleware())
        router.add(middleware: WorkerErrorMiddleware(logger: logger))
        router.get("/health") { _, _ in
            try WorkerAnswer.json([
                "status": "ok", "version": .string(version),
                "sessions": .integer(Int64(await worker.sessions.count)),
            ])
        }
        if servesBroker { BrokerRoutes(broker: worker.broker).add(to: router) }
        let guarded = router.group().add(middleware: WorkerAccessMiddleware(access: access))
        WorkerRoutes(worker: worker).add(to: guarded)
        OperatorRoutes(worker: worker, version: version, drain: drain).add(to: guarded)
        return router
    }

    /// The broker alone, for a listener on loopback beside the web's.
    package static func broker(_ broker: MCPBroker, logger: Logger) -> Router<WorkerRequestContext> {
        let router = Router(context: WorkerRequestContext.self)
        router.add(middleware: WorkerErrorMiddleware(logger: logger))
        BrokerRoutes(broker: broker).add(to: router)
        return router
    }
}
