import Foundation
import Testing

@testable import Runtimes

@Suite struct SandboxTests {
    @Test func noPrivateKeyOfTheMachineIsBound() {
        let command = Sandbox(bubblewrap: "/usr/bin/bwrap")
            .wrap(.init(executable: "/bin/true", arguments: []), workingDirectory: "/tmp")
        let bound = command.arguments.filter { $0.hasPrefix("/etc") }
        for folder in ["/etc", "/etc/ssl", "/etc/pki", "/etc/pki/tls", "/etc/ssl/private", "/etc/pki/tls/private"] {
            // `--dir /etc` makes an empty one.
            #expect(bound.count { $0 == folder } == (folder == "/etc" ? 1 : 0), "\(folder)")
        }
        #expect(bound.contains("/etc/ssl/certs"))
        #expect(!bound.contains { $0.contains("private") || $0.contains("shadow") || $0.contains("ssh") })
    }

    @Test func insideThereAreCertificatesAndNoKeys() async throws {
        let locator = ExecutableLocator(environment: ["PATH": "/usr/bin:/bin"])
        guard case .usable(let sandbox) = await SandboxProbe(locator: locator).find() else {
            try Test.cancel("bubblewrap does not work on this machine")
        }
        let script = """
            ls /etc/ssl/private 2>/dev/null && echo keys; ls /etc/pki/tls/private 2>/dev/null && echo keys
            test -d /etc/ssl/certs && echo certificates
            """
        let command = sandbox.wrap(.init(executable: "/bin/sh", arguments: ["-c", script]), workingDirectory: "/tmp")
        let answer = await CommandProbe.run(
            command.executable,
            command.arguments,
            environment: ["PATH": "/usr/bin:/bin"],
            limit: .seconds(30),
            clock: ContinuousClock()
        )
        .answer
        let said = try #require(answer).output
        #expect(!said.contains("keys"))
        let hasCertificates = FileManager.default.fileExists(atPath: "/etc/ssl/certs")
        #expect(said.contains("certificates") == hasCertificates)
    }
}
