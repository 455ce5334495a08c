import Application
import AsyncHTTPClient
package import Bus
import Crypto
package import Documents
import Domain
import Foundation
package import Logging
import RemoteWorker
package import ServiceLifecycle
import UnixSignals
import WebAPI

/// `second web`: pages and API as a process of its own, of which there may be many, over a database, a bus and workers
/// that they share.
package struct WebServer: Sendable {
    /// How long a database that is not there yet is waited for.
    static let databasePatience = Duration.seconds(60)

    /// The shared engines, open for as long as the server runs.
    package struct Engines: Sendable {
        package var store: any DocumentStore
        package var bus: any MessageBus
        /// What has to run for them; stopped after everything else.
        package var services: [any Service]

        package init(store: any DocumentStore, bus: any MessageBus, services: [any Service] = []) {
            self.store = store
            self.bus = bus
            self.services = services
        }
    }

    private let configuration: WebConfiguration
    private let engines: Engines
    private let logger: Logger

    package init(configuration: WebConfiguration, engines: Engines, logger: Logger) {
        self.configuration = configuration
        self.engines = engines
        self.logger = logger
    }

    /// Runs until the process is told to stop; `ready` gets the address that it listens on.
    ///
    /// - Throws: what keeps it from starting, as one line: no database, a port that is taken, resources that are broken.
    package func run(ready: @escaping @Sendable (_ url: String) -> Void) async throws {
        self.logger.notice(
            "The web starts",
            metadata: [
                "auth.mode": "\(self.configuration.authMode.rawValue)",
                "database": "\(self.configuration.database.shown)", "bus": "\(self.configuration.bus.shown)",
            ]
        )
        try LoopbackPort.check(self.configuration.port, host: self.configuration.host)
        let secrets = try self.secrets()
        let http = RemoteWorker.makeHTTPClient()
        do {
            try await self.prepareDatabase()
            try await self.serve(secrets, http: http, ready: ready)
        } catch {
            try await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }

    private func serve(
        _ secrets: Secrets,
        http: HTTPClient,
        ready: @escaping @Sendable (String) -> Void
    ) async throws {
        let logger = self.logger
        let connect: @Sendable (URL) -> RemoteWorker = { url in
            RemoteWorker(url: url, token: secrets.internalToken, http: http, logger: logger)
        }
        let worker = WorkerDirectory(
            bus: self.engines.bus,
            only: connect(self.configuration.workerURL),
            logger: logger,
            connect: connect
        )
        let demo = DemoWatch(worker: worker, clock: ContinuousClock())
        let web = try WebParts(
            settings: .init(
                host: self.configuration.host,
                port: self.configuration.port,
                publicURL: self.configuration.publicURL,
                isLocal: ConfigurationReader.isLocal(self.configuration.publicURL.host() ?? ""),
                resources: self.configuration.resources,
                sessionSecret: secrets.session,
                previewSecret: secrets.preview,
                trustedProxies: self.configuration.trustedProxies,
                drainPeriod: self.configuration.drainPeriod,
                metrics: self.configuration.metrics
            ),
            engines: .init(
                store: self.engines.store,
                bus: self.engines.bus,
                worker: worker,
                checkWorker: { try await worker.ping() },
                isDemo: { demo.isDemo },
                jobs: []
            ),
            metrics: self.configuration.metrics.map { _ in WebMetrics() },
            logger: logger
        ) {
            ready("http://\(self.configuration.host):\(self.configuration.port)")
        }
        do {
            try await web.core.presence.announce()
            // The first look: what dead processes left is closed as soon as it has been silent for long enough.
            try await web.core.api.runs.failStaleRuns()
        } catch {
            logger.warning("Turns that were left behind are looked for later", metadata: ["error": "\(error)"])
        }
        var group = ServiceGroupConfiguration(
            services: (self.engines.services + [demo] + web.services).map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        group.maximumGracefulShutdownDuration = self.configuration.drainPeriod + .seconds(20)
        try await ServiceGroup(configuration: group).run()
    }

    /// Collections and indexes, as soon as the database answers.
    private func prepareDatabase() async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + Self.databasePatience
        var pause = Duration.milliseconds(250)
        while true {
            do {
                return try await self.engines.store.prepare(Collections.all)
            } catch let DocumentStoreError.unavailable(reason) {
                guard clock.now + pause < deadline else { throw NoDatabase(reason: reason) }
                self.logger.warning("The database does not answer yet", metadata: ["error": "\(reason)"])
                try await clock.sleep(for: pause)
                pause = min(pause * 2, .seconds(5))
            }
        }
    }

    struct NoDatabase: Error, CustomStringConvertible {
        let reason: String
        var description: String { "The database of MONGODB_URI does not answer: \(self.reason)" }
    }

    // MARK: - Secrets

    private struct Secrets {
        var session: Secret<String>
        var preview: Secret<String>
        var internalToken: Secret<String>
    }

    /// In development what is not configured is kept in the data folder, where all processes of the machine find it.
    private func secrets() throws -> Secrets {
        let folder = self.configuration.dataFolder
        if self.configuration.sessionSecret == nil || self.configuration.internalToken == nil { try folder.make() }
        let session = try self.configuration.sessionSecret ?? KeptSecret.load(at: folder.sessionSecret)
        return Secrets(
            session: session,
            preview: Self.previewSecret(of: session),
            internalToken: try self.configuration.internalToken ?? KeptSecret.load(at: folder.internalToken)
        )
    }

    /// The same for all processes that sign sessions alike, and worth nothing for signing sessions.
    static func previewSecret(of session: Secret<String>) -> Secret<String> {
        let key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Data(session.reveal().utf8)),
            info: Data("second preview addresses 1".utf8),
            outputByteCount: 32
        )
        return Secret(key.withUnsafeBytes { Array($0).hexadecimal })
    }
}
