import Foundation
import Testing

@testable import Runtimes

/// What detection says is what turns find.
@Suite struct ContainedDetectionTests {
    private func find(
        _ script: String?,
        circumstances: ProviderDetection.Circumstances,
        interpreter: String = "/bin/sh",
        environment extra: [String: String] = [:]
    ) async throws -> DetectedRuntime {
        let folder = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "detected-\(UUID().uuidString)", directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // Left over in the worst case.
        let path = folder.appending(path: "claude").path(percentEncoded: false)
        if let script {
            try Data("#!\(interpreter)\n\(script)\n".utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        // As a version manager has it: what the program needs lies beside it.
        try Data("2.0.1\n".utf8).write(to: folder.appending(path: "beside"))
        var environment = [
            "PATH": "/usr/bin:/bin", "HOME": folder.path, "SECOND_CLAUDE_PATH": path,
            "SECOND_CODEX_PATH": "/no/such", "SECOND_OPENCODE_PATH": "/no/such",
        ]
        environment.merge(extra) { _, new in new }
        let detection = ProviderDetection(
            environment: environment,
            locator: ExecutableLocator(environment: environment),
            circumstances: circumstances
        )
        return try #require(await detection.detect().first)
    }

    private func sandbox() async throws -> Sandbox {
        let locator = ExecutableLocator(environment: ["PATH": "/usr/bin:/bin"])
        guard case .usable(let sandbox) = await SandboxProbe(locator: locator).find() else {
            try Test.cancel("bubblewrap does not work on this machine")
        }
        return sandbox
    }

    @Test func whatNeedsItsFolderDoesNotStartInTheSandbox() async throws {
        let script = #"exec cat "$(dirname "$0")/beside""#
        let outside = try await self.find(script, circumstances: .init())
        #expect(outside.isAvailable && outside.version == "2.0.1")
        let inside = try await self.find(script, circumstances: .init(sandbox: try await self.sandbox()))
        #expect(!inside.isAvailable)
        #expect(inside.error?.contains("inside the sandbox") == true)
        #expect(inside.features["installed"] == true && inside.features["starts"] == false)
    }

    @Test func whatCannotBeStartedIsNotTakenForBusy() async throws {
        let broken = try await self.find("echo 2.0.1", circumstances: .init(), interpreter: "/no/such/interpreter")
        #expect(!broken.isAvailable && broken.features["installed"] == true && broken.features["starts"] == false)
        #expect(broken.error?.contains("does not start") == true)
        let busy = try await self.find("exec sleep 600", circumstances: .init())
        #expect(busy.isAvailable && busy.version == nil && busy.features["starts"] == true)
    }

    @Test func whatStandsAloneDoes() async throws {
        let found = try await self.find("echo 2.0.2", circumstances: .init(sandbox: try await self.sandbox()))
        #expect(found.isAvailable && found.version == "2.0.2" && found.error == nil)
        #expect(found.features["linuxBubblewrapAvailable"] == true)
    }

    @Test func withoutItOnlyProductionCannotGoOn() async throws {
        let local = try await self.find("echo 2.0.2", circumstances: .init(scrubsShells: false))
        #expect(local.isAvailable && local.features["linuxBubblewrapRequired"] == false)
        let production = try await self.find("echo 2.0.2", circumstances: .init(needsSandbox: true))
        #expect(!production.isAvailable && production.features["installed"] == true)
        #expect(production.error?.contains("bubblewrap") == true)
        let missing = try await self.find(nil, circumstances: .init(needsSandbox: true))
        #expect(missing.features["installed"] == false && missing.error == "Claude Code is not installed.")
    }

    @Test func aKeyFromAFileIsAKey() async throws {
        let file = try await self.find(nil, circumstances: .init(), environment: ["ANTHROPIC_API_KEY_FILE": "/run/key"])
        #expect(file.envKeyConfigured)
        let none = try await self.find(nil, circumstances: .init(), environment: ["ANTHROPIC_API_KEY_FILE": ""])
        #expect(!none.envKeyConfigured)
    }
}
