import Domain
import Foundation
import Logging
import Runtimes
import Testing

@testable import Assembly
@testable import Builder

/// An app whose build script takes what it can get, and the things that are there to be taken.
struct BuildAttack {
    static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    static let toolchain: Toolchain? = {
        let environment = ProcessInfo.processInfo.environment
        let folder = environment["SECOND_TOOLCHAIN_DIR"] ?? (environment["HOME"] ?? "/root") + "/.second/toolchain"
        guard case .ready(let toolchain, _) = Toolchain.locate(in: URL(filePath: folder)) else { return nil }
        return toolchain
    }()
    static let npm = ["/usr/bin/npm", "/usr/local/bin/npm"].first { FileManager.default.isExecutableFile(atPath: $0) }
    /// There whatever is missing is a failure; at a desk the suite is skipped.
    static let canBuild: Bool = {
        if ProcessInfo.processInfo.environment["CI"] != nil { return true }
        guard Self.toolchain != nil, Self.npm != nil else { return false }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/bwrap")
        process.arguments = ["--ro-bind", "/", "/", "--unshare-all", "true"]
        // Not there, or not allowed: then there is nothing to test.
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    let root: URL
    let settings: WorkerSettings
    let port: Int

    var workspace: URL { self.settings.workspaces.appending(path: "a") }

    static func with(_ body: (BuildAttack) async throws -> Void) async throws {
        let root = URL.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "attack-\(IdentifierSource.live.token())")
        let data = root.appending(path: "data")
        let source = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized
        let settings = try WorkerConfiguration.load(
            environment: [
                "SECOND_DATA_DIR": data.path, "SECOND_RESOURCES_DIR": source.path,
                "SECOND_TOOLCHAIN_DIR": try #require(self.toolchain).folder.path,
                "SECOND_NPM_REGISTRY": "http://127.0.0.1:9/",
            ],
            commandLine: .init(),
            executable: "/nowhere/second"
        ).configuration.settings
        defer { try? FileManager.default.removeItem(at: root) }  // A folder that stays behind harms nobody.
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        let attack = Self(root: root, settings: settings, port: try self.listen(listener))
        try attack.prepare()
        try await body(attack)
    }

    private static func listen(_ descriptor: Int32) throws -> Int {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                [bind(descriptor, address, size), Glibc.listen(descriptor, 8), getsockname(descriptor, address, &size)]
            }
        }
        try #require(result == [0, 0, 0])
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private func prepare() throws {
        let lock = #"{"name":"a","lockfileVersion":3,"packages":{}}"#
        let files = [
            "data/internal-token": "hush", "other.txt": "hush",
            "a/package.json":
                #"{"name":"a","scripts":{"build":"node attack.cjs"},"dependencies":{"x":"1"},"devDependencies":{"@types/node":"1"}}"#,
            "a/index.html": "<p></p>", "a/src/main.tsx": "export {};", "a/attack.cjs": self.script,
            "a/node_modules/x/package.json": "{}", "a/node_modules/@types/node/package.json": "{}",
            "other/secret.txt": "hush", "a/package-lock.json": lock,
        ]
        for (path, text) in files.sorted(by: { $0.key < $1.key }) {
            let isOfApp = path.hasPrefix("a/") || path.hasPrefix("other/")
            let file = (isOfApp ? self.settings.workspaces : self.root).appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }
        // Newer than the manifest, so that nothing has to be installed.
        try Data(lock.utf8).write(to: self.workspace.appending(path: "package-lock.json"))
    }

    /// Writes what it got to `dist/index.html` of the working directory.
    var script: String {
        let other = self.settings.workspaces.appending(path: "other").path
        return """
            const fs = require("fs"), net = require("net");
            const found = {};
            const attempt = (name, work) => { try { work(); found[name] = true; } catch (error) {} };
            attempt("canary", () => fs.readFileSync("\(self.root.path)/data/internal-token"));
            attempt("other", () => fs.readFileSync("\(other)/secret.txt"));
            attempt("write", () => fs.writeFileSync("\(other)/written", "x"));
            attempt("server", () => fs.readFileSync("/proc/\(ProcessInfo.processInfo.processIdentifier)/environ"));
            for (const pid of fs.readdirSync("/proc").filter((name) => /^\\d+$/.test(name))) {
              attempt("environ", () => {
                if (!fs.readFileSync(`/proc/${pid}/environ`, "utf8").includes("SECOND_TOOLCHAIN_DIR=")) throw 0;
              });
            }
            const done = () => {
              fs.mkdirSync("dist", { recursive: true });
              fs.writeFileSync("dist/index.html", JSON.stringify(found));
              process.exit(0);
            };
            const socket = net.connect(\(self.port), "127.0.0.1");
            socket.on("connect", () => { found.network = true; done(); });
            socket.on("error", done);
            module.exports = () => {};
            """
    }

    /// What the script got.
    func loot() throws -> [String: Bool] {
        let page = try Data(contentsOf: self.workspace.appending(path: "dist/index.html"))
        return try JSONDecoder().decode([String: Bool].self, from: page)
    }

    func wrapper() async throws -> CommandWrapper {
        let locator = ExecutableLocator(environment: ProcessInfo.processInfo.environment)
        let finding = await SandboxProbe(locator: locator).find()
        guard case .usable = finding else { throw CancellationError() }
        return BuildSandbox.wrapper(finding, dataFolder: self.settings.dataFolder.root)
    }

    func shell(_ text: String) -> ToolCommand {
        ToolCommand(
            executable: "/bin/sh",
            arguments: ["-c", text],
            environment: ToolEnvironment.make(home: self.workspace.path),
            workingDirectory: self.workspace.path,
            writableFolders: [self.workspace.path]
        )
    }

    /// Process ids whose environment mentions the attack's folder.
    func processes() -> [String] {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []  // Not on macOS.
        return entries.filter { entry in
            guard Int(entry) != nil else { return false }
            // Ended meanwhile.
            let environment = (try? Data(contentsOf: URL(filePath: "/proc/\(entry)/environ"))) ?? Data()
            return environment.range(of: Data(self.root.path.utf8)) != nil
        }
    }
}
