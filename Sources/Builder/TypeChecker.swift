import Domain
import Foundation
import Logging

/// Type-checks apps with one long-lived process of the toolchain, which keeps what it knows about each app.
///
/// The process gets file contents, not paths: it reads nothing on an app's behalf, so one may serve all apps. It is
/// started at need, ended after a time without work, and started again after it failed.
actor TypeChecker {
    enum Failure: Error, Equatable {
        case tookTooLong(Duration)
        /// It could not be started, or ended twice over the same app.
        case unavailable(String)
    }

    static let timeLimit: Duration = .seconds(60)
    static let idleLimit: Duration = .seconds(600)

    private let toolchain: Toolchain
    private let home: String
    private let wrap: CommandWrapper
    private let clock: any Clock<Duration>
    private let logger: Logger

    /// The process does one thing after the other; what waits for it waits here, where its end concerns nobody else.
    let turns = Turns(atOnce: 1)
    private var isStopped = false
    private var process: TypeCheckProcess?
    private var lastID = 0
    private var waiting: [Int: CheckedContinuation<TypeCheckAnswer, any Error>] = [:]
    private var usesStartupSnapshot = true
    private var idle: Task<Void, Never>?

    init(
        toolchain: Toolchain,
        home: String,
        wrap: @escaping CommandWrapper,
        clock: any Clock<Duration>,
        logger: Logger
    ) {
        self.toolchain = toolchain
        self.home = home
        self.wrap = wrap
        self.clock = clock
        self.logger = logger
    }

    /// The type errors of the app, in order of file and place, at most fifty of them.
    func check(app: String, files: [SourceFile]) async throws -> [BuildProblem] {
        var members: [JSONValue] = []
        for file in files where Self.isSource(file.path.rawValue) {
            guard let text = String(validating: file.bytes, as: UTF8.self) else { continue }
            members.append(.array([.string(file.path.rawValue), .string(text)]))
        }
        let answer = try await self.ask(["app": .string(app), "files": .array(members)])
        return answer.problems.map(\.problem) + answer.remainder
    }

    /// Starts the process and has it compile its own code, so that the first build of an app is a quick one.
    func warmUp() async {
        // Only a head start; a failure shows when a check needs the process.
        _ = try? await self.ask(["warm": true])
    }

    /// Frees what is kept about an app.
    func forget(app: String) async {
        guard self.process != nil else { return }
        // The process that knew it is gone: so is the knowledge.
        _ = try? await self.ask(["forget": .string(app)])
    }

    /// Ends the process and waits for it; no other is started.
    func stop() async {
        self.isStopped = true
        self.idle?.cancel()
        guard let process = self.process else { return }
        self.discard(process, because: .unavailable("The type checker was stopped."))
        await process.task.value
    }

    private static func isSource(_ path: String) -> Bool {
        [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json"].contains { path.hasSuffix($0) }
    }

    // MARK: Asking

    private func ask(_ request: [String: JSONValue]) async throws -> TypeCheckAnswer {
        try await self.turns.run { try await self.askInTurn(request) }
    }

    private func askInTurn(_ request: [String: JSONValue]) async throws -> TypeCheckAnswer {
        self.idle?.cancel()
        defer { self.stopWhenIdle() }
        do {
            return try await self.askOnce(request)
        } catch is TypeCheckProcess.Ended {
            try Task.checkCancellation()
            // It may have ended for another app's sake.
            do {
                return try await self.askOnce(request)
            } catch let ended as TypeCheckProcess.Ended {
                throw Failure.unavailable(ended.reason)
            }
        }
    }

    private func askOnce(_ request: [String: JSONValue]) async throws -> TypeCheckAnswer {
        let process = try self.running()
        self.lastID += 1
        let id = self.lastID
        var request = request
        request["id"] = .integer(Int64(id))
        let line = try JSONValue.object(request).encoded() + [UInt8(ascii: "\n")]

        // Whichever comes first, the answer or the end of its time, ends the other; so does a caller that leaves.
        return try await withThrowingTaskGroup(of: TypeCheckAnswer?.self) { group in
            group.addTask { try await self.answer(to: id, line: line, from: process) }
            group.addTask {
                try await self.clock.sleep(for: Self.timeLimit)
                return nil
            }
            do {
                defer { group.cancelAll() }
                guard let first = try await group.next(), let answer = first else {
                    throw Failure.tookTooLong(Self.timeLimit)
                }
                if let failure = answer.failure { throw Failure.unavailable(failure) }
                return answer
            } catch {
                // It may still be at work on this; a new one starts in no time.
                if !(error is TypeCheckProcess.Ended) { self.discard(process, because: nil) }
                throw error
            }
        }
    }

    private func answer(to id: Int, line: Data, from process: TypeCheckProcess) async throws -> TypeCheckAnswer {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard !Task.isCancelled, self.process?.number == process.number else {
                    continuation.resume(throwing: Task.isCancelled ? CancellationError() : TypeCheckProcess.Ended())
                    return
                }
                self.waiting[id] = continuation
                process.requests.yield(line)
            }
        } onCancel: {
            // Ends by itself at once.
            Task { await self.fail(id, with: CancellationError()) }
        }
    }

    private func fail(_ id: Int, with error: any Error) {
        self.waiting.removeValue(forKey: id)?.resume(throwing: error)
    }

    // MARK: The process

    private func running() throws -> TypeCheckProcess {
        if let process { return process }
        guard !self.isStopped else { throw Failure.unavailable("The type checker was stopped.") }
        self.lastID += 1
        let process = try TypeCheckProcess.start(
            number: self.lastID,
            self.command(),
            receive: { [weak self] line in await self?.receive(line) },
            ended: { [weak self] number, reason in await self?.ended(number, reason: reason) }
        )
        self.process = process
        return process
    }

    private func command() throws -> ToolCommand {
        // The memory limit is part of the start-up snapshot; see scripts/toolchain/install.
        var arguments = ["--max-old-space-size=1024"]
        let hasSnapshot = FileManager.default.isReadableFile(atPath: self.toolchain.typeCheckSnapshot)
        if self.usesStartupSnapshot, hasSnapshot {
            arguments += ["--snapshot-blob", self.toolchain.typeCheckSnapshot]
        } else {
            arguments.append(self.toolchain.typeCheckProgram)
        }
        let folder = self.toolchain.path("").trimmingSlash()
        let command = ToolCommand(
            executable: self.toolchain.node,
            arguments: arguments,
            environment: ToolEnvironment.make(home: self.home, adding: ["SECOND_TOOLCHAIN": folder]),
            workingDirectory: folder,
            readableFolders: self.toolchain.readableFolders
        )
        do {
            return try self.wrap(command)
        } catch {
            throw Failure.unavailable("\(error)")
        }
    }

    private func receive(_ line: Data) {
        do {
            let answer = try JSONDecoder().decode(TypeCheckAnswer.self, from: line)
            self.process?.hasAnswered = true
            self.waiting.removeValue(forKey: answer.id)?.resume(returning: answer)
        } catch {
            self.logger.warning("The type checker said something that is no answer", metadata: ["error": "\(error)"])
        }
    }

    private func ended(_ number: Int, reason: String) {
        guard let process, process.number == number else { return }
        if !process.hasAnswered, self.usesStartupSnapshot {
            // Most likely another version of Node than the one that made the snapshot.
            self.usesStartupSnapshot = false
            self.logger.notice(
                "The type checker starts without its start-up snapshot",
                metadata: ["error": "\(reason)"]
            )
        }
        self.discard(process, because: nil)
    }

    private func discard(_ process: TypeCheckProcess, because failure: Failure?) {
        guard self.process?.number == process.number else { return }
        self.process = nil
        process.task.cancel()
        let left = self.waiting
        self.waiting = [:]
        for continuation in left.values {
            continuation.resume(throwing: failure ?? TypeCheckProcess.Ended())
        }
    }

    private func stopWhenIdle() {
        self.idle?.cancel()
        // Ended by the next request, or by its own work.
        self.idle = Task { [weak self, clock] in
            guard (try? await clock.sleep(for: Self.idleLimit)) != nil else { return }  // Cancelled.
            await self?.stopIfIdle()
        }
    }

    private func stopIfIdle() {
        guard self.waiting.isEmpty, let process else { return }
        self.discard(process, because: nil)
    }
}
