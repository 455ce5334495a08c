import Domain
import Foundation
import Logging
import Runtimes

@testable import Assembly

/// An executable in place of Claude Code, and the folder that its self-tests are made in; both are gone afterwards.
struct FakeCommand: Sendable {
    /// Where the real one is; a desk without it skips, the build machine fails.
    static let claude: String? = {
        let environment = ProcessInfo.processInfo.environment
        let tools = environment["SECOND_TOOLCHAIN_DIR"].map { [URL(filePath: $0)] } ?? []
        return ExecutableLocator(environment: environment, toolFolders: tools)
            .locate("claude", override: "SECOND_CLAUDE_PATH")
    }()

    static var isReady: Bool { Self.claude != nil || ProcessInfo.processInfo.environment["CI"] != nil }

    let root: URL
    let path: String

    var folder: URL { self.root.appending(path: "caches", directoryHint: .isDirectory) }

    /// Runs with an executable of these shell commands, or with the real one.
    static func with<Result>(
        _ commands: String? = nil,
        _ body: (FakeCommand) async throws -> Result
    ) async throws -> Result {
        let root = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "self-tests-\(IdentifierSource.live.token(bytes: 6))", directoryHint: .isDirectory)
        defer { try? FileManager.default.removeItem(at: root) }  // Left over in the worst case.
        let path = root.appending(path: "claude").path(percentEncoded: false)
        let command = FakeCommand(root: root, path: commands == nil ? Self.claude ?? path : path)
        try FileManager.default.createDirectory(at: command.folder, withIntermediateDirectories: true)
        if let commands {
            try Data("#!/bin/sh\n\(commands)\n".utf8).write(to: URL(filePath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
        return try await body(command)
    }

    /// The real one behind commands that see its arguments first; `drop NAME` takes an argument and its value away.
    static func before(_ commands: String) -> String {
        """
        drop() {
          count=$#; name=$1; shift
          while [ $count -gt 1 ]; do
            count=$((count - 1)); word=$1; shift
            if [ "$word" = "$name" ]; then count=$((count - 1)); shift; else set -- "$@" "$word"; fi
          done
          run "$@"
        }
        run() { exec '\(Self.claude ?? "/nowhere/claude")' "$@"; }
        \(commands)
        """
    }

    func subject(hasKey: Bool = false, isContained: Bool = false) async -> SelfTestSubject {
        var containment = ClaudeCodeConfiguration.Containment.none
        let locator = ExecutableLocator(environment: ["PATH": "/usr/bin:/bin"])
        if isContained, case .usable(let sandbox) = await SandboxProbe(locator: locator).find() {
            containment = .sandbox(sandbox)
        }
        let contained = containment
        return .claudeCode(
            {
                ClaudeCodeConfiguration(
                    executable: self.path,
                    provider: $0,
                    containment: contained,
                    scrubsShells: false
                )
            },
            hasKey: hasKey
        )
    }

    func bench(limit: Duration = .seconds(60)) -> SelfTestBench {
        SelfTestBench(
            folder: self.folder,
            limit: limit,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    /// Nothing of the test is left: no process that knows its folder, and nothing in the folder.
    var isClean: Bool {
        // What cannot be listed is not clean.
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc"),
            let left = try? FileManager.default.contentsOfDirectory(atPath: self.folder.path(percentEncoded: false))
        else { return false }
        let isAnyAlive = names.filter { Int32($0) != nil }.contains { name in
            let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") ?? Data()  // Gone meanwhile.
            return String(decoding: line, as: UTF8.self).contains(self.root.lastPathComponent)
        }
        return !isAnyAlive && left.isEmpty
    }
}
