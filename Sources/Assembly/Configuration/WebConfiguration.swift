package import Domain
package import Foundation
package import WebGate

/// Everything that `second web` can be told, read and checked once at start (spec 05 §14, B44).
package struct WebConfiguration: Sendable {
    package var authMode: ServerConfiguration.AuthMode
    package var isProduction: Bool
    package var host: String
    package var port: Int
    /// The origin that browsers use.
    package var publicURL: URL
    package var database: EngineAddress
    package var bus: EngineAddress
    /// Where a worker answers that has not made itself known on the bus.
    package var workerURL: URL
    /// `nil` in development: the token that the processes of this machine share in the data folder.
    package var internalToken: Secret<String>?
    /// Signs sessions and, under a key of its own, preview addresses; all web processes need the same one.
    ///
    /// `nil` in development: the one in the data folder.
    package var sessionSecret: Secret<String>?
    /// Only for what development keeps there.
    package var dataFolder: DataFolder
    package var resources: ResourceFolder
    package var trustedProxies: TrustedProxies
    /// How long the web goes on, out of traffic, after it was told to stop.
    package var drainPeriod: Duration
    package var metrics: MetricsAddress?
    package var logLevel: String
}
