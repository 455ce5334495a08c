package import Domain

/// The decisions of one turn with Claude Code: what happens goes in, what to do comes out (spec 03 §10).
package struct ClaudeTurnStateMachine: Sendable {
    package enum Input: Sendable {
        /// The process runs and takes input.
        case begin
        case output(ClaudeOutput)
        /// The output cannot be understood any more; the reason completes "Claude Code sent …".
        case unreadable(String)
        case cancel
        /// The time of a `wait` is over.
        case elapsed(Wait)
        /// The process is gone. `standardError` is the end of what it said there.
        case ended(exit: String, standardError: String)
    }

    package enum Action: Sendable, Equatable {
        case write(ClaudeInput)
        case emit(RuntimeEvent)
        /// The tool servers are connected: their file may go.
        case forgetToolServers
        case closeInput
        case terminate
        /// Ends the process and all that it started.
        case kill
        /// Replaces the wait before.
        case wait(Duration, Wait)
        case finish(RuntimeFailure?)
    }

    package enum Wait: Sendable, Equatable {
        /// For the result after an interrupt.
        case result
        /// For the exit after the end of input.
        case exit
        /// For the exit after a termination signal.
        case termination
    }

    private enum Phase: Equatable {
        case running
        /// Interrupted; the failure is what the turn ends with.
        case stopping(RuntimeFailure)
        case closing(RuntimeFailure?)
        case finished
    }

    private let prompt: String
    private let isResumed: Bool
    private let servers: [String]
    private let approvalTools: [String]
    private let stopsForApproval: @Sendable (_ tool: String, _ result: JSONValue) -> Bool
    private let secrets: [Secret<String>]

    private var phase = Phase.running
    private var isStarted = false
    private var stopsAtHook = false
    private var tally = ClaudeUsageTally()
    /// The answer whose stream runs or ran last.
    private var streamedMessage: String?
    private var openBlocks: Set<Int> = []

    /// - Parameters:
    ///   - turn: what was asked for.
    ///   - secrets: values that must not appear in failure messages, whoever writes them there.
    package init(_ turn: TurnRequest, secrets: [Secret<String>]) {
        self.prompt = turn.prompt
        self.isResumed = turn.resume != nil
        self.servers = turn.toolServers.map(\.name)
        self.approvalTools = turn.approvalTools
        self.stopsForApproval = turn.stopsForApproval
        self.secrets = secrets + turn.toolServers.map(\.token)
    }

    /// Whether long complete blocks matter: only where no stream was seen before them.
    package var wantsAssistant: Bool { self.streamedMessage == nil }

    package mutating func handle(_ input: Input) -> [Action] {
        if self.phase == .finished { return [] }
        switch input {
        case .begin:
            guard self.phase == .running else { return [.closeInput, .terminate, .wait(.seconds(5), .termination)] }
            return [
                .write(.initialize(requestID: "initialize", approvalTools: self.approvalTools)),
                .write(.user(self.prompt)),
            ]
        case .output(let output): return self.handle(output)
        case .unreadable(let reason): return self.stop(with: .failed("Claude Code sent \(reason)."))
        case .cancel: return self.stop(with: .cancelled)
        case .elapsed(let wait): return self.handle(wait)
        case .ended(let exit, let standardError): return self.end(exit: exit, standardError: standardError)
        }
    }

    private mutating func stop(with failure: RuntimeFailure) -> [Action] {
        guard self.phase == .running else { return [] }
        self.phase = .stopping(failure)
        return [.write(.interrupt(requestID: "interrupt")), .wait(.seconds(2), .result)]
    }

    private mutating func handle(_ wait: Wait) -> [Action] {
        switch wait {
        case .result: [.closeInput, .terminate, .wait(.seconds(5), .termination)]
        case .exit: [.terminate, .wait(.seconds(5), .termination)]
        case .termination: [.kill]
        }
    }

    private mutating func handle(_ output: ClaudeOutput) -> [Action] {
        if case .closing = self.phase { return [] }
        switch output {
        case .started(let sessionID, let servers): return self.start(sessionID, servers)
        case .thinkingTokens: return [.emit(.thinkingTokens)]
        case .retrying(let attempt, let limit, let reason):
            return [.emit(.retrying(attempt: attempt, limit: limit, reason: reason))]
        case .messageStart(let id, let model, let tokens):
            self.streamedMessage = id
            self.openBlocks = []
            self.tally.begin(model: model, tokens)
            // What was read is paid for, also when the answer is cut before it says what it used.
            return [.emit(.stream(.messageStart)), .emit(.stream(.messageDelta(self.tally.usage)))]
        case .stream(let event): return self.isKnown(event) ? [.emit(.stream(event))] : []
        case .messageDelta(let tokens):
            self.tally.update(tokens)
            return [.emit(.stream(.messageDelta(self.tally.usage)))]
        case .assistant(let id, let model, let blocks):
            // Texts that the CLI makes up about an error are told by the result.
            if id == self.streamedMessage || model == "<synthetic>" { return [] }
            return [.emit(.assistant(blocks))]
        case .toolResult(let id, let content, let isError):
            return [.emit(.toolResult(toolUseID: id, content: content, isError: isError))]
        case .summary(let text): return [.emit(.summary(text))]
        case .approvalHook(let requestID, let tool, let result):
            let stops = self.phase == .running && self.stopsForApproval(tool, result)
            self.stopsAtHook = self.stopsAtHook || stops
            return [.write(.hookAnswer(requestID: requestID, stops: stops))]
        case .request(let requestID): return [.write(.unsupported(requestID: requestID))]
        case .result(let result): return self.finish(with: result)
        case .ignored: return []
        }
    }

    private mutating func start(_ sessionID: String, _ servers: [String: String]) -> [Action] {
        if self.isStarted { return [] }
        if let missing = self.servers.first(where: { servers[$0] != "connected" }) {
            self.phase = .closing(.toolsUnreachable("The tool server \"\(missing)\" could not be reached."))
            return [.closeInput, .terminate, .wait(.seconds(5), .termination)]
        }
        self.isStarted = true
        return [.emit(.started(sessionID: sessionID, format: "claude-jsonl")), .forgetToolServers]
    }

    /// Blocks of kinds that have no meaning here are left out whole.
    private mutating func isKnown(_ event: RuntimeEvent.StreamEvent) -> Bool {
        switch event {
        case .blockStart(let index, _): self.openBlocks.insert(index).inserted
        case .textDelta(let index, _), .thinkingDelta(let index, _), .inputDelta(let index, _):
            self.openBlocks.contains(index)
        case .blockStop(let index): self.openBlocks.remove(index) != nil
        case .messageStart, .messageDelta, .messageStop: true
        }
    }

    private mutating func finish(with result: ClaudeResult) -> [Action] {
        let failure = self.failure(of: result)
        self.phase = .closing(failure)
        var actions: [Action] = []
        if failure != .sessionLost {
            actions.append(
                .emit(
                    .result(
                        RuntimeEvent.TurnResult(
                            subtype: failure != nil && result.subtype == "success" ? "api_error" : result.subtype,
                            text: failure == nil ? result.text : nil,
                            usage: result.usage.isZero ? self.tally.usage : result.usage,
                            durationMilliseconds: result.durationMilliseconds,
                            turnCount: result.turnCount,
                            isApprovalStop: failure == nil && self.isApprovalStop(result)
                        )
                    )
                )
            )
        }
        return actions + [.closeInput, .wait(.seconds(5), .exit)]
    }

    private func isApprovalStop(_ result: ClaudeResult) -> Bool {
        self.stopsAtHook && result.terminalReason == "hook_stopped"
    }

    private func failure(of result: ClaudeResult) -> RuntimeFailure? {
        if case .stopping(let failure) = self.phase { return failure }
        if self.isApprovalStop(result) || result.subtype == "error_max_turns" { return nil }
        if self.isResumed, !self.isStarted, result.errors.contains(where: Self.saysSessionLost) { return .sessionLost }
        if result.isError || result.terminalReason == "api_error" || result.subtype != "success" {
            return .failed(self.message(of: result))
        }
        return nil
    }

    private func message(of result: ClaudeResult) -> String {
        let said = result.errors.first ?? result.text ?? ""
        let detail = said.isEmpty ? "no reason given" : FailureText.readable(said, hiding: self.secrets)
        switch result.apiErrorStatus {
        case 401, 403: return "The model provider refused the credentials. \(detail)"
        case 429: return "The model provider is limiting requests; try again in a moment. \(detail)"
        case .some: return "The model provider had an error. \(detail)"
        case nil: return "Claude Code stopped: \(detail)"
        }
    }

    private mutating func end(exit: String, standardError: String) -> [Action] {
        let failure: RuntimeFailure?
        switch self.phase {
        case .closing(let known): failure = known
        case .stopping(let known): failure = known
        case .running where self.isResumed && !self.isStarted && Self.saysSessionLost(standardError):
            failure = .sessionLost
        case .running, .finished:
            let said = FailureText.readable(standardError, hiding: self.secrets)
            failure = .failed("Claude Code ended before its turn did (\(exit))\(said.isEmpty ? "." : ": \(said)")")
        }
        self.phase = .finished
        return [.finish(failure)]
    }

    private static func saysSessionLost(_ text: String) -> Bool { text.contains("No conversation found") }
}
