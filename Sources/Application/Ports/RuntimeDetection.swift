import Domain

/// What `GET /api/setup/detect-provider` shows (spec 03 §17.1): booleans and versions, never values.
package struct RuntimeDetection: Codable, Sendable, Equatable {
    package struct Runtime: Codable, Sendable, Equatable {
        package struct Authentication: Codable, Sendable, Equatable {
            package var envKeyConfigured: Bool
            package var cliLikelyConfigured: Bool

            package init(envKeyConfigured: Bool, cliLikelyConfigured: Bool) {
                self.envKeyConfigured = envKeyConfigured
                self.cliLikelyConfigured = cliLikelyConfigured
            }
        }

        /// What the self-test of this version of the runtime found (spec 03 §22.34).
        package struct SelfTest: Codable, Sendable, Equatable {
            package var passed: Bool
            /// A stable code, such as `self_test_no_tool_call`, when it failed.
            package var code: String?
            /// One line that may be shown, when it failed.
            package var message: String?

            package init(passed: Bool, code: String? = nil, message: String? = nil) {
                self.passed = passed
                self.code = code
                self.message = message
            }
        }

        package var available: Bool
        package var version: String?
        /// For Claude Code `subprocessEnvScrub`, `linuxBubblewrapRequired`, `linuxBubblewrapAvailable`.
        package var features: [String: Bool]?
        package var error: String?
        package var auth: Authentication
        /// `nil` while there was none.
        ///
        /// A failed one does not keep anybody from trying a turn.
        package var selfTest: SelfTest?

        package init(
            available: Bool,
            version: String? = nil,
            features: [String: Bool]? = nil,
            error: String? = nil,
            auth: Authentication,
            selfTest: SelfTest? = nil
        ) {
            self.available = available
            self.version = version
            self.features = features
            self.error = error
            self.auth = auth
            self.selfTest = selfTest
        }
    }

    /// Keyed by runtime id.
    package var runtimes: [String: Runtime]
    /// The worker plays recorded turns instead of asking a model; every page says so.
    package var isDemo: Bool
    /// Why nobody could look, when that is so: no worker answered.
    package var error: String?

    /// What is known of the runtimes while no worker answers; the keys are the workers', a web has none.
    package static let workerUnavailable = Self(
        runtimes: Dictionary(
            uniqueKeysWithValues: RuntimeID.allCases.map { runtime in
                let auth = Runtime.Authentication(envKeyConfigured: false, cliLikelyConfigured: false)
                return (runtime.rawValue, Runtime(available: false, auth: auth))
            }
        ),
        isDemo: false,
        error: "worker_unavailable"
    )

    package init(runtimes: [String: Runtime], isDemo: Bool, error: String? = nil) {
        self.error = error
        self.runtimes = runtimes
        self.isDemo = isDemo
    }
}
