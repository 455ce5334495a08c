package import Application
package import Bus
package import Documents
package import Domain
package import Foundation
import Identity
package import Logging
import NIOCore
package import WebAPI
import WebGate

/// Store, bus and use cases of one process, made from their ports; the servers in front of them come after.
package struct EmbeddedCore: Sendable {
    package let supervisor: TurnSupervisor
    package let api: APIServices

    /// What differs between a server and a test.
    package struct Parts: Sendable {
        package var store: any DocumentStore
        package var bus: any MessageBus
        package var worker: any BuilderWorker
        package var previews: any PreviewDocumentMaking
        package var sessionSecret: Secret<String>
        package var previewSecret: Secret<String>
        /// Scheme, host and port; `nil` answers wherever it was asked.
        package var publicOrigin: String?
        /// The bytes of `Web/openapi.json`.
        package var openAPI: Data
        package var logger: Logger

        package init(
            store: any DocumentStore,
            bus: any MessageBus,
            worker: any BuilderWorker,
            previews: any PreviewDocumentMaking,
            sessionSecret: Secret<String>,
            previewSecret: Secret<String>,
            publicOrigin: String?,
            openAPI: Data,
            logger: Logger
        ) {
            self.store = store
            self.bus = bus
            self.worker = worker
            self.previews = previews
            self.sessionSecret = sessionSecret
            self.previewSecret = previewSecret
            self.publicOrigin = publicOrigin
            self.openAPI = openAPI
            self.logger = logger
        }
    }

    package init(_ parts: Parts) {
        let (store, bus) = (parts.store, parts.bus)
        // The owner names this process in leases, so that the next one knows what a dead one left behind.
        let supervisor = TurnSupervisor(owner: IdentifierSource.live.token())
        let product = ProductServices(
            store: store,
            bus: bus,
            worker: parts.worker,
            documents: parts.previews,
            supervisor: supervisor,
            secret: parts.previewSecret,
            isLocal: true,
            logger: parts.logger
        )
        self.supervisor = supervisor
        self.api = APIServices(
            gate: GateConfiguration(
                mode: .local,
                publicOrigin: parts.publicOrigin,
                tokens: LocalSessionTokens(sessions: LocalSessions(secret: parts.sessionSecret, clock: .live)),
                gatekeeper: product.gatekeeper
            ),
            product: product,
            readiness: [
                ReadinessCheck(part: "database") { try await store.ping() },
                ReadinessCheck(part: "bus") { try await bus.ping() },
            ],
            openAPI: ByteBuffer(bytes: parts.openAPI),
            version: Version.current
        )
    }
}

/// The session tokens of local mode, as the gate asks for them.
private struct LocalSessionTokens: SessionTokens {
    let sessions: LocalSessions

    func issue(to userID: User.ID, epoch: Int) -> String {
        self.sessions.issue(to: userID, epoch: epoch)
    }

    func read(_ token: String) -> SessionClaims? {
        self.sessions.read(token)
    }

    func isDueForRenewal(_ claims: SessionClaims) -> Bool {
        self.sessions.isDueForRenewal(claims)
    }
}
