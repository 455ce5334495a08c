import Foundation

/// A `redis-server` of its own for a test.
package struct RedisServer: Sendable {
    package let server: LoopbackServer
    private let password: String?
    private let isEncrypted: Bool

    private static let executable = [
        "/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server",
    ]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// Why the suites that need it are skipped.
    package static let absence = "redis-server is not installed (apt-get install redis-server)"

    /// Whether suites that need it run: at a desk where it is installed, in CI always, where they fail without it.
    package static let isWanted = Requirement.isWanted(Self.executable != nil, otherwise: Self.absence)

    /// `redis://127.0.0.1:PORT`, with the password when one is set; `rediss://` when it speaks TLS.
    package var url: String {
        "redis\(self.isEncrypted ? "s" : "")://\(self.password.map { ":\($0)@" } ?? "")127.0.0.1:\(self.server.port)"
    }

    /// Starts it, runs the closure, and ends it whatever happened.
    ///
    /// With `keepsData` it writes every change to disk before it answers, so that a kill loses nothing; otherwise
    /// nothing is kept. With `tls` it speaks TLS and nothing else. `arguments` are further settings as on its command line.
    @discardableResult
    package static func with<Result: Sendable>(
        password: String? = nil,
        keepsData: Bool = false,
        tls: TestAuthority? = nil,
        arguments: [String] = [],
        _ body: (RedisServer) async throws -> Result
    ) async throws -> Result {
        guard let executable else { throw Requirement.Missing(description: self.absence) }
        let program = LoopbackServer.Program(executable: executable) { port, folder in
            var all = ["--bind", "127.0.0.1", "--dir", folder, "--save", ""]
            if let tls {
                all += ["--port", "0", "--tls-port", "\(port)", "--tls-auth-clients", "no"]
                all += ["--tls-cert-file", tls.certificate, "--tls-key-file", tls.key]
                all += ["--tls-ca-cert-file", tls.authority]
            } else {
                all += ["--port", "\(port)"]
            }
            all += ["--appendonly", keepsData ? "yes" : "no", "--appendfsync", "always"]
            if let password { all += ["--requirepass", password] }
            return all + arguments
        }
        return try await LoopbackServer.with(program) { server in
            try await body(RedisServer(server: server, password: password, isEncrypted: tls != nil))
        }
    }
}
