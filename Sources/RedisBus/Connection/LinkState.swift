import NIOCore

/// What one connection to Redis does next: an event goes in, actions come out, and somebody else carries them out.
///
/// Commands are answered in the order in which they were sent. On a subscriber's connection messages come between
/// the answers.
struct LinkState {
    struct Limits: Sendable {
        /// Commands that wait for a connection or an answer; further ones are refused.
        var commands = 8192
        /// Their bytes; a command that is alone may be larger.
        var bytes = 64 * 1024 * 1024
        /// A connection on which nothing came for so long is asked whether it lives.
        var silence: TimeAmount = .seconds(10)
        var shortestPause: TimeAmount = .milliseconds(50)
        var longestPause: TimeAmount = .seconds(5)
    }

    struct Command {
        var id: Int
        var bytes: ByteBuffer
        var deadline: NIODeadline
        var isRepeatable = false
    }

    enum Action: Equatable {
        case connect
        case write(ByteBuffer)
        case close
        case reconnect(after: TimeAmount)
        case succeed(Int, RedisValue)
        case fail(Int, RedisBusError)
        /// Signed in; everything that was subscribed on an earlier connection is not.
        case opened
        case lost(RedisBusError)
        case message(RedisValue)
    }

    private enum Phase: Equatable {
        case idle
        case connecting
        /// Signing in; so many answers are missing.
        case greeting(Int)
        case ready
        /// The connection is of no use and will say that it is closed.
        case closing(RedisBusError)
        case pausing
        case stopped
    }

    private static let ownPing = 0

    let greeting: [ByteBuffer]
    let ping: ByteBuffer
    let isSubscriber: Bool
    let limits: Limits
    let patience: TimeAmount
    private var phase = Phase.idle
    private var waiting: CircularBuffer<Command> = []
    private var sent: CircularBuffer<Command> = []
    private var bytes = 0
    private var failures = 0
    private var lastSign = NIODeadline.uptimeNanoseconds(0)

    /// `greeting` is sent first on every connection; an error in answer to any of it ends the connection.
    ///
    /// `patience` is how long the connection's own questions may take.
    init(
        greeting: [ByteBuffer],
        ping: ByteBuffer,
        isSubscriber: Bool,
        limits: Limits = Limits(),
        patience: TimeAmount = .seconds(5)
    ) {
        self.greeting = greeting
        self.ping = ping
        self.isSubscriber = isSubscriber
        self.limits = limits
        self.patience = patience
    }

    var isReady: Bool { self.phase == .ready }

    mutating func start() -> [Action] {
        guard self.phase == .idle else { return [] }
        self.phase = .connecting
        return [.connect]
    }

    /// Ids are greater than 0.
    mutating func submit(_ command: Command) -> [Action] {
        guard self.phase != .stopped else { return [.fail(command.id, .shutDown)] }
        let count = self.waiting.count + self.sent.count
        guard count < self.limits.commands, count == 0 || self.bytes + command.bytes.readableBytes <= self.limits.bytes
        else { return [.fail(command.id, .overloaded)] }
        let actions = self.start()
        self.bytes += command.bytes.readableBytes
        guard self.phase == .ready else {
            self.waiting.append(command)
            return actions
        }
        self.sent.append(command)
        return actions + [.write(command.bytes)]
    }

    mutating func connected(at now: NIODeadline) -> [Action] {
        guard self.phase == .connecting else { return [.close] }
        self.lastSign = now
        self.phase = .greeting(self.greeting.count)
        return self.greeting.map { .write($0) }
    }

    mutating func received(_ value: RedisValue, at now: NIODeadline) -> [Action] {
        self.lastSign = now
        switch self.phase {
        case .greeting(let missing):
            if case .error(let text) = value { return self.leave(because: Self.refusal(text, isGreeting: true)) }
            guard missing <= 1 else {
                self.phase = .greeting(missing - 1)
                return []
            }
            self.phase = .ready
            self.failures = 0
            self.sent = self.waiting
            self.waiting = []
            return [.opened] + self.sent.map { .write($0.bytes) }
        case .ready:
            if self.isSubscriber, Self.isMessage(value) { return [.message(value)] }
            guard let command = self.sent.popFirst() else { return self.leave(because: .unreadable) }
            self.bytes -= command.bytes.readableBytes
            guard case .error(let text) = value else {
                return command.id == Self.ownPing ? [] : [.succeed(command.id, value)]
            }
            let refusal = Self.refusal(text)
            let answer: [Action] = command.id == Self.ownPing ? [] : [.fail(command.id, refusal)]
            // A server that cannot serve now may have a successor at the same address.
            return refusal == .unavailable || refusal == .notSignedIn ? answer + self.leave(because: refusal) : answer
        case .idle, .connecting, .closing, .pausing, .stopped:
            return []
        }
    }

    /// What came was not the protocol.
    mutating func receivedNonsense() -> [Action] {
        switch self.phase {
        case .greeting, .ready: self.leave(because: .unreadable)
        default: []
        }
    }

    /// The connection is gone, or could not be made.
    ///
    /// `chance`, between 0 and 1, spreads the pauses of many processes.
    mutating func disconnected(chance: Double) -> [Action] {
        let reason: RedisBusError
        switch self.phase {
        case .idle, .pausing, .stopped: return []
        case .closing(let known): reason = known
        case .connecting, .greeting, .ready: reason = .unavailable
        }
        var actions: [Action] = [.lost(reason)]
        var repeated: CircularBuffer<Command> = []
        for command in self.sent where command.id != Self.ownPing {
            if command.isRepeatable {
                repeated.append(command)
            } else {
                actions.append(.fail(command.id, .interrupted))
            }
        }
        self.sent = []
        self.waiting = CircularBuffer(repeated + self.waiting)
        if reason == .notSignedIn {
            // Waiting does not make a password right.
            actions += self.waiting.map { .fail($0.id, reason) }
            self.waiting = []
        }
        self.bytes = self.waiting.reduce(0) { $0 + $1.bytes.readableBytes }
        self.phase = .pausing
        let pause = min(
            self.limits.longestPause.nanoseconds,
            self.limits.shortestPause.nanoseconds << min(self.failures, 20)
        )
        self.failures += 1
        return actions + [.reconnect(after: .nanoseconds(Int64(Double(pause) * (0.5 + chance / 2))))]
    }

    mutating func pauseEnded() -> [Action] {
        guard self.phase == .pausing else { return [] }
        self.phase = .connecting
        return [.connect]
    }

    /// Called a few times a second: fails what waited too long, and leaves a connection that does not answer.
    mutating func tick(at now: NIODeadline) -> [Action] {
        var actions: [Action] = []
        if self.waiting.contains(where: { $0.deadline <= now }) {
            for command in self.waiting where command.deadline <= now {
                self.bytes -= command.bytes.readableBytes
                actions.append(.fail(command.id, .unavailable))
            }
            self.waiting.removeAll { $0.deadline <= now }
        }
        switch self.phase {
        case .ready:
            if self.sent.contains(where: { $0.deadline <= now }) { return actions + self.leave(because: .unavailable) }
            guard self.sent.isEmpty, now - self.lastSign >= self.limits.silence else { return actions }
            self.bytes += self.ping.readableBytes
            self.sent.append(Command(id: Self.ownPing, bytes: self.ping, deadline: now + self.patience))
            return actions + [.write(self.ping)]
        case .greeting:
            return now - self.lastSign >= self.patience ? actions + self.leave(because: .unavailable) : actions
        case .idle, .connecting, .closing, .pausing, .stopped:
            return actions
        }
    }

    mutating func stop() -> [Action] {
        guard self.phase != .stopped else { return [] }
        let ids = (self.sent + self.waiting).map(\.id).filter { $0 != Self.ownPing }
        self.phase = .stopped
        self.sent = []
        self.waiting = []
        self.bytes = 0
        return ids.map { .fail($0, .shutDown) } + [.close]
    }

    private mutating func leave(because reason: RedisBusError) -> [Action] {
        self.phase = .closing(reason)
        return [.close]
    }

    private static func isMessage(_ value: RedisValue) -> Bool {
        guard case .text(let kind)? = value.list?.first else { return false }
        return kind == ByteBuffer(string: "message")
    }

    /// By the first word of the error; the rest may show arguments.
    static func refusal(_ text: String, isGreeting: Bool = false) -> RedisBusError {
        let word = String(text.prefix { $0.isLetter || $0.isNumber }.prefix(32))
        switch word {
        case "WRONGPASS", "NOAUTH": return .notSignedIn
        case "LOADING", "MASTERDOWN", "READONLY", "CLUSTERDOWN", "TRYAGAIN", "BUSY": return .unavailable
        // What older servers, and those without a password, answer to AUTH.
        case "ERR" where isGreeting && (text.contains("AUTH") || text.contains("password")): return .notSignedIn
        default: return .refused(word)
        }
    }
}
