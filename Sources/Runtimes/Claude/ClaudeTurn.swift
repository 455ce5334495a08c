import Domain
import Foundation
import RuntimeProtocols

/// Carries out the decisions of a turn: writes, signals, waits, hands events on.
actor ClaudeTurn {
    private var machine: ClaudeTurnStateMachine
    private let parser = ClaudeOutputParser()
    private var splitter = LineSplitter(limit: ClaudeOutputParser.lineLimit)
    private let files: ClaudePrivateFiles
    private let receive: @Sendable (RuntimeEvent) async throws -> Void
    private let clock: any Clock<Duration>
    private var process: RunningProcess?
    private var timer: Task<Void, Never>?
    private var standardError: [UInt8] = []
    private var receiverError: (any Error)?
    private var outcome: RuntimeFailure??

    init(
        _ turn: TurnRequest,
        files: ClaudePrivateFiles,
        secrets: [Secret<String>],
        clock: any Clock<Duration>,
        receive: @escaping @Sendable (RuntimeEvent) async throws -> Void
    ) {
        self.machine = ClaudeTurnStateMachine(turn, secrets: secrets)
        self.files = files
        self.clock = clock
        self.receive = receive
    }

    func begin(_ process: RunningProcess) async {
        self.process = process
        await self.handle(.begin)
    }

    /// Takes the next bytes of stdout; returns when what they say was received.
    func read(_ bytes: [UInt8]) async {
        var lines: [LineSplitter.Line] = []
        bytes.withUnsafeBytes { self.splitter.append($0) { lines.append($0) } }
        for line in lines { await self.read(line) }
    }

    /// Stdout has ended.
    func readEnd() async {
        if let line = self.splitter.finish() { await self.read(line) }
    }

    /// Keeps the end of what comes by stderr.
    func readError(_ bytes: [UInt8]) {
        self.standardError += bytes
        if self.standardError.count > 8192 { self.standardError.removeFirst(self.standardError.count - 4096) }
    }

    /// The agent's process, once it was started.
    var processID: Int32? { self.process?.id }

    func cancel() async {
        await self.handle(.cancel)
    }

    /// The process is gone.
    ///
    /// - Throws: what the turn ends with, if it did not end well.
    func end(exit: String) async throws {
        await self.handle(.ended(exit: exit, standardError: String(decoding: self.standardError, as: UTF8.self)))
        self.timer?.cancel()
        if let receiverError { throw receiverError }
        if let failure = self.outcome ?? nil { throw failure }
    }

    private func read(_ line: LineSplitter.Line) async {
        do throws(ClaudeOutputParser.Unreadable) {
            for output in try self.parser.parse(line, wantsAssistant: self.machine.wantsAssistant) {
                await self.handle(.output(output))
            }
        } catch {
            await self.handle(.unreadable(error.reason))
        }
    }

    private func handle(_ input: ClaudeTurnStateMachine.Input) async {
        for action in self.machine.handle(input) { await self.perform(action) }
    }

    private func perform(_ action: ClaudeTurnStateMachine.Action) async {
        switch action {
        case .write(let input): await self.write(input)
        case .emit(let event):
            guard self.receiverError == nil else { return }
            do {
                try await self.receive(event)
            } catch {
                self.receiverError = error
                await self.handle(.cancel)
            }
        case .forgetToolServers: self.files.removeToolServers()
        case .closeInput: await self.process?.closeInput()
        case .terminate: self.process?.terminate()
        case .kill: self.process?.kill()
        case .wait(let duration, let wait):
            self.timer?.cancel()
            let clock = self.clock
            // Ended by the next wait or by the end of the turn.
            self.timer = Task { [weak self] in
                do { try await clock.sleep(for: duration) } catch { return }
                await self?.handle(.elapsed(wait))
            }
        case .finish(let failure): self.outcome = .some(failure)
        }
    }

    private func write(_ input: ClaudeInput) async {
        // A process that takes no input has ended or will; its end says why.
        guard let line = try? input.line() else { return }
        try? await self.process?.write([UInt8](line))
    }
}
