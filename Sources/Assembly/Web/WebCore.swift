package import Application
package import Bus
package import Documents
package import Domain
package import Foundation
import Identity
package import Logging
import NIOCore
package import WebAPI
package import WebGate

/// Use cases over store, bus and worker, made from their ports; the servers in front of them come after.
package struct WebCore: Sendable {
    package let supervisor: TurnSupervisor
    package let api: APIServices
    /// Shows the other processes that this one lives; has to run for as long as turns do.
    package let presence: OwnerPresence

    /// What differs between a server and a test.
    package struct Parts: Sendable {
        package var store: any DocumentStore
        package var bus: any MessageBus
        package var worker: any BuilderWorker
        /// Throws while no worker can be asked.
        package var checkWorker: @Sendable () async throws -> Void
        package var previews: any PreviewDocumentMaking
        package var sessionSecret: Secret<String>
        package var previewSecret: Secret<String>
        /// Scheme, host and port; `nil` answers wherever it was asked.
        package var publicOrigin: String?
        package var trustedProxies: TrustedProxies
        /// The server was told to stop and takes no new streams.
        package var isLeaving: @Sendable () -> Bool
        /// The public address is this machine's own.
        package var isLocal: Bool
        /// The bytes of `Web/openapi.json`.
        package var openAPI: Data
        package var logger: Logger
        /// Sees every event of this process.
        package var observe: WorkspaceEventPublisher.Observer

        package init(
            store: any DocumentStore,
            bus: any MessageBus,
            worker: any BuilderWorker,
            checkWorker: @escaping @Sendable () async throws -> Void = {},
            previews: any PreviewDocumentMaking,
            sessionSecret: Secret<String>,
            previewSecret: Secret<String>,
            publicOrigin: String?,
            trustedProxies: TrustedProxies = .none,
            isLeaving: @escaping @Sendable () -> Bool = { false },
            isLocal: Bool = true,
            openAPI: Data,
            logger: Logger,
            observe: @escaping WorkspaceEventPublisher.Observer = { _ in }
        ) {
            self.store = store
            self.bus = bus
            self.worker = worker
            self.checkWorker = checkWorker
            self.previews = previews
            self.sessionSecret = sessionSecret
            self.previewSecret = previewSecret
            self.publicOrigin = publicOrigin
            self.trustedProxies = trustedProxies
            self.isLeaving = isLeaving
            self.isLocal = isLocal
            self.openAPI = openAPI
            self.logger = logger
            self.observe = observe
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
            isLocal: parts.isLocal,
            observe: parts.observe,
            logger: parts.logger
        )
        self.supervisor = supervisor
        self.presence = OwnerPresence(
            owner: supervisor.owner,
            bus: bus,
            clock: ContinuousClock(),
            logger: parts.logger
        )
        self.api = APIServices(
            gate: GateConfiguration(
                mode: .local,
                publicOrigin: parts.publicOrigin,
                tokens: LocalSessionTokens(sessions: LocalSessions(secret: parts.sessionSecret, clock: .live)),
                gatekeeper: product.gatekeeper,
                trustedProxies: parts.trustedProxies
            ),
            product: product,
            readiness: [
                ReadinessCheck(part: "database") { try await store.ping() },
                ReadinessCheck(part: "bus") { try await bus.ping() },
                ReadinessCheck(part: "worker", check: parts.checkWorker),
            ],
            openAPI: ByteBuffer(bytes: parts.openAPI),
            version: Version.current,
            isLeaving: parts.isLeaving
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
