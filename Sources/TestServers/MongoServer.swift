import Foundation

/// A MongoDB stand-in of its own for a test: SecantusDB.
///
/// It speaks the wire protocol over WiredTiger and says that it is a replica set's primary. It is not `mongod`;
/// results say so.
package struct MongoServer: Sendable {
    package let server: LoopbackServer

    private static let executable: String? = {
        let python = ProcessInfo.processInfo.environment["SECOND_TEST_PYTHON"] ?? ".venv/bin/python"
        let path = URL(fileURLWithPath: python).deletingLastPathComponent()
            .appendingPathComponent("secantusd-py").path
        return FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }()

    /// Why the suites that need it are skipped.
    package static let absence = "secantusd-py is not beside SECOND_TEST_PYTHON (pip install SecantusDB==0.7.0b3)"

    /// Whether suites that need it run: at a desk where it is installed, in CI always, where they fail without it.
    package static let isWanted = Requirement.isWanted(Self.executable != nil, otherwise: Self.absence)

    /// A connection string with the database `name`.
    package func url(database name: String = "second") -> String {
        "mongodb://127.0.0.1:\(self.server.port)/\(name)?directConnection=true"
    }

    /// Starts it with its data in a folder of its own, runs the closure, and ends it whatever happened.
    ///
    /// Its data outlives `restart()`. With `tls` it speaks TLS and nothing else.
    @discardableResult
    package static func with<Result: Sendable>(
        tls: TestAuthority? = nil,
        _ body: (MongoServer) async throws -> Result
    ) async throws -> Result {
        guard let executable else { throw Requirement.Missing(description: self.absence) }
        let program = LoopbackServer.Program(executable: executable) { port, folder in
            let encryption = tls.map { ["--tls-cert-file", $0.certificate, "--tls-key-file", $0.key] } ?? []
            return ["--port", "\(port)", "--storage-path", folder + "/data"] + encryption
        }
        return try await LoopbackServer.with(program, startLimit: .seconds(120)) { server in
            try await body(MongoServer(server: server))
        }
    }
}
