import Application
import Domain
import HTTPTypes
package import Hummingbird
package import Logging

/// The routes of a worker that listens by itself; the embedded shape needs only `BrokerRoutes`.
package enum WorkerRouter {
    package static func make(
        worker: WorkerService,
        access: WorkerAccess,
        version: String,
        logger: Logger
    ) -> Router<WorkerRequestContext> {
        let router = Router(context: WorkerRequestContext.self)
        router.add(middleware: WorkerErrorMiddleware(logger: logger))
        router.get("/health") { _, _ in
            try WorkerAnswer.json([
                "status": "ok", "version": .string(version),
                "sessions": .integer(Int64(await worker.sessions.count)),
            ])
        }
        BrokerRoutes(broker: worker.broker).add(to: router)
        WorkerRoutes(worker: worker).add(to: router.group().add(middleware: WorkerAccessMiddleware(access: access)))
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
