import Foundation
import Subprocess
import SystemPackage

/// A real server for tests: one program on a loopback port and a folder of its own, alive while a closure runs.
///
/// Tests kill, pause and restart it; it comes back on the same port with the same folder.
package actor LoopbackServer {
    /// What to start.
    package struct Program: Sendable {
        package var executable: String
        package var environment: [String: String]
        /// Given the port and the folder's path.
        package var arguments: @Sendable (_ port: Int, _ folder: String) -> [String]

        package init(
            executable: String,
            environment: [String: String] = [:],
            arguments: @escaping @Sendable (_ port: Int, _ folder: String) -> [String]
        ) {
            self.executable = executable
            self.environment = environment
            self.arguments = arguments
        }
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// One process, from its start until it is gone.
    private struct Life {
        var processID: pid_t
        var end: Task<Void, Never>
    }

    package nonisolated let port: Int
    package nonisolated let folder: String
    private let program: Program
    private let startLimit: Duration
    private var life: Life?

    private init(_ program: Program, port: Int, folder: String, startLimit: Duration) {
        self.program = program
        self.port = port
        self.folder = folder
        self.startLimit = startLimit
    }

    /// Starts the program, runs the closure, and ends the program whatever happened; the folder goes with it.
    ///
    /// - Throws: `Failure` with the end of the program's output when it does not accept connections in time.
    @discardableResult
    package static func with<Result: Sendable>(
        _ program: Program,
        startLimit: Duration = .seconds(60),
        _ body: (LoopbackServer) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("loopback-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let server = LoopbackServer(program, port: try await FreePort.find(), folder: folder, startLimit: startLimit)
        let result: Swift.Result<Result, any Error>
        do {
            try await server.start()
            result = .success(try await body(server))
        } catch {
            result = .failure(error)
        }
        await server.kill()
        // What is left in the system's temporary folder harms nobody.
        try? FileManager.default.removeItem(atPath: folder)
        return try result.get()
    }

    /// The id of the process, while it runs.
    package var processID: Int32? { self.life?.processID }

    package var isRunning: Bool { self.life != nil }

    /// Ends the process as a power cut would; returns when it is gone.
    package func kill() async {
        guard let life else { return }
        Self.signal(life.processID, SIGKILL)
        await life.end.value
    }

    /// Asks the process to end, and makes it end after the time is over.
    package func terminate(within limit: Duration = .seconds(10)) async {
        guard let life else { return }
        Self.signal(life.processID, SIGTERM)
        // Ends with the sleep, or when the process is gone.
        let impatience = Task {
            try await Task.sleep(for: limit)
            await self.kill()
        }
        await life.end.value
        impatience.cancel()
    }

    /// Starts the program again where it was; one that still runs is killed first.
    package func restart() async throws {
        await self.kill()
        try await self.start()
    }

    /// Stops the process in its tracks: connections stay open and nothing answers.
    package func pause() {
        if let life { Self.signal(life.processID, SIGSTOP) }
    }

    package func resume() {
        if let life { Self.signal(life.processID, SIGCONT) }
    }

    private func start() async throws {
        let processID = try await self.launch()
        let deadline = ContinuousClock.now.advanced(by: self.startLimit)
        while ContinuousClock.now < deadline {
            guard self.life?.processID == processID else { break }
            // A stranger that answers on our port would not outlive the check that our process is still there.
            if await FreePort.answers(self.port), self.life?.processID == processID { return }
            try await Task.sleep(for: .milliseconds(20))
        }
        await self.kill()
        let output = FileManager.default.contents(atPath: self.outputPath) ?? Data()
        throw Failure(
            description: "\(self.program.executable) does not answer on port \(self.port): "
                + String(decoding: output.suffix(2000), as: UTF8.self)
        )
    }

    private nonisolated var outputPath: String { self.folder + ".log" }

    /// Starts the process and returns its id; its end is awaited in a task that ends with it.
    private func launch() async throws -> pid_t {
        let (started, continuation) = AsyncStream.makeStream(of: pid_t.self)
        let configuration = self.configuration()
        // Ends when the process ends, which `with` sees to.
        let end = Task {
            let output = try FileDescriptor.open(
                FilePath(self.outputPath),
                .writeOnly,
                options: [.create, .append],
                permissions: .ownerReadWrite
            )
            defer { continuation.finish() }
            _ = try await Subprocess.run(
                configuration,
                input: .none,
                output: .fileDescriptor(output, closeAfterSpawningProcess: true),
                error: .combinedWithOutput
            ) { execution in
                continuation.yield(execution.processIdentifier.value)
            }
        }
        guard let processID = await started.first(where: { _ in true }) else {
            try await end.value
            throw Failure(description: "\(self.program.executable) did not start")
        }
        self.life = Life(
            processID: processID,
            end: Task {
                // Ends with the process; how it ended is the test's doing.
                _ = await end.result
                self.forget(processID)
            }
        )
        return processID
    }

    private func forget(_ processID: pid_t) {
        if self.life?.processID == processID { self.life = nil }
    }

    private func configuration() -> Configuration {
        var executable = self.program.executable
        var arguments = self.program.arguments(self.port, self.folder)
        // Where the system can, the server also ends with a test process that crashes.
        let guardian = "/usr/bin/setpriv"
        if FileManager.default.isExecutableFile(atPath: guardian) {
            arguments = ["--pdeathsig", "KILL", executable] + arguments
            executable = guardian
        }
        return Configuration(
            executable: .path(FilePath(executable)),
            arguments: Arguments(arguments),
            environment: .inherit.updating(
                Dictionary(
                    uniqueKeysWithValues: self.program.environment.map {
                        (Environment.Key(stringLiteral: $0.key), $0.value)
                    }
                )
            ),
            workingDirectory: FilePath(self.folder)
        )
    }

    private static func signal(_ processID: pid_t, _ signal: Int32) {
        #if canImport(Glibc)
        _ = Glibc.kill(processID, signal)
        #else
        _ = Darwin.kill(processID, signal)
        #endif
    }
}
