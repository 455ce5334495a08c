import Foundation
import Subprocess
import SystemPackage

/// A certificate authority of a test's own, with a certificate for servers on loopback; made by `openssl` on the spot.
package struct TestAuthority: Sendable {
    /// PEM files, by path.
    package let authority: String
    package let certificate: String
    package let key: String

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Makes one, runs the closure, and removes its files.
    ///
    /// The server's certificate is good for `names`, as in `DNS:localhost,IP:127.0.0.1`.
    @discardableResult
    package static func with<Result: Sendable>(
        names: String = "DNS:localhost,IP:127.0.0.1",
        _ body: (TestAuthority) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("authority-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // What is left in the system's temporary folder harms nobody.
        defer { try? FileManager.default.removeItem(at: folder) }
        let newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try await self.openssl(
            ["req", "-x509"] + newKey + ["-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=Test"],
            in: folder
        )
        try await self.openssl(
            ["req"] + newKey + ["-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=server"]
                + ["-addext", "subjectAltName=\(names)"],
            in: folder
        )
        try await self.openssl(
            [
                "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
                "-days", "2", "-copy_extensions", "copy", "-out", "server.pem",
            ],
            in: folder
        )
        return try await body(
            TestAuthority(
                authority: folder.appendingPathComponent("ca.pem").path,
                certificate: folder.appendingPathComponent("server.pem").path,
                key: folder.appendingPathComponent("server.key").path
            )
        )
    }

    private static func openssl(_ arguments: [String], in folder: URL) async throws {
        let outcome = try await Subprocess.run(
            .name("openssl"),
            arguments: Arguments(arguments),
            workingDirectory: FilePath(folder.path),
            input: .none,
            output: .discarded,
            error: .string(limit: 16_384)
        )
        guard outcome.terminationStatus.isSuccess else {
            throw Failure(description: "openssl \(arguments.first ?? "") failed: \(outcome.standardError)")
        }
    }
}
