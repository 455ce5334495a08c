import Logging
import NIOCore
import NIOPosix
import NIOSSL

/// Carries out what a `LinkState` decides; lives on one event loop.
final class LinkCore {
    private let settings: RedisLink.Settings
    private let eventLoop: any EventLoop
    private let watcher: (RedisLink.Event) -> Void
    private var state: LinkState
    private var channel: (any NIOCore.Channel)?
    private var calls: [Int: (Result<RedisValue, RedisBusError>) -> Void] = [:]
    private var nextID = 1
    private var mustFlush = false
    private var ticking: RepeatedTask?
    private var isLost = false
    /// What the transport last complained of, for the log.
    private var fault: (any Error)?

    init(_ settings: RedisLink.Settings, on eventLoop: any EventLoop, watcher: @escaping (RedisLink.Event) -> Void) {
        self.settings = settings
        self.eventLoop = eventLoop
        self.watcher = watcher
        self.state = LinkState(
            greeting: Greeting.commands(for: settings.address).map(\.bytes),
            ping: RedisCommand(["PING"]).bytes,
            isSubscriber: settings.isSubscriber,
            limits: settings.limits,
            patience: settings.patience
        )
    }

    func start() {
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        // Ends with `stop`.
        self.ticking = self.eventLoop.scheduleRepeatedTask(
            initialDelay: .milliseconds(200),
            delay: .milliseconds(200)
        ) { _ in
            bound.value.obey(bound.value.state.tick(at: .now()))
        }
        self.obey(self.state.start())
    }

    func submit(_ command: RedisCommand, _ done: @escaping (Result<RedisValue, RedisBusError>) -> Void) {
        let id = self.nextID
        self.nextID += 1
        self.calls[id] = done
        self.obey(
            self.state.submit(
                LinkState.Command(
                    id: id,
                    bytes: command.bytes,
                    deadline: .now() + self.settings.patience,
                    isRepeatable: command.isRepeatable
                )
            )
        )
    }

    func stop() {
        self.ticking?.cancel()
        self.obey(self.state.stop())
    }

    private func obey(_ actions: [LinkState.Action]) {
        for action in actions {
            switch action {
            case .connect: self.connect()
            case .write(let bytes): self.write(bytes)
            case .close:
                self.channel?.close(promise: nil)
            case .reconnect(let pause):
                let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
                self.eventLoop.scheduleTask(in: pause) { bound.value.obey(bound.value.state.pauseEnded()) }
            case .succeed(let id, let value): self.calls.removeValue(forKey: id)?(.success(value))
            case .fail(let id, let error): self.calls.removeValue(forKey: id)?(.failure(error))
            case .opened: self.tellOpened()
            case .lost(let reason): self.tellLost(reason)
            case .message(let value): self.watcher(.message(value))
            }
        }
    }

    /// What is written in one turn of the loop leaves in one piece.
    private func write(_ bytes: ByteBuffer) {
        guard let channel else { return }
        channel.write(bytes, promise: nil)
        guard !self.mustFlush else { return }
        self.mustFlush = true
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        self.eventLoop.execute {
            bound.value.mustFlush = false
            bound.value.channel?.flush()
        }
    }

    private func connect() {
        let bound = NIOLoopBound(self, eventLoop: self.eventLoop)
        let (address, tls, eventLoop) = (self.settings.address, self.settings.tls, self.eventLoop)
        ClientBootstrap(group: eventLoop)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connectTimeout(self.settings.patience)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        // An address has no name to send or to check; then the certificate must name the address.
                        let name = (try? SocketAddress(ipAddress: address.host, port: 0)) == nil ? address.host : nil
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: name)
                        )
                    }
                    try channel.pipeline.syncOperations.addHandler(
                        LinkHandler(received: { bound.value.receive($0) }, failed: { bound.value.fault = $0 })
                    )
                }
            }
            .connect(host: address.host, port: address.port)
            .hop(to: eventLoop)
            .assumeIsolated()
            .whenComplete { result in
                switch result {
                case .failure(let error):
                    self.fault = error
                    self.obey(self.state.disconnected(chance: self.settings.chance()))
                case .success(let channel):
                    self.channel = channel
                    channel.closeFuture.assumeIsolated().whenComplete { _ in
                        self.channel = nil
                        self.obey(self.state.disconnected(chance: self.settings.chance()))
                    }
                    self.obey(self.state.connected(at: .now()))
                }
            }
    }

    private func receive(_ result: Result<RedisValue, any Error>) {
        switch result {
        case .success(let value): self.obey(self.state.received(value, at: .now()))
        case .failure: self.obey(self.state.receivedNonsense())
        }
    }

    private func tellOpened() {
        if self.isLost {
            self.settings.logger.notice("Redis is back", metadata: ["redis.address": "\(self.settings.address)"])
        }
        self.isLost = false
        self.watcher(.opened)
    }

    /// Once an outage; the attempts after it are silent.
    private func tellLost(_ reason: RedisBusError) {
        guard !self.isLost else { return }
        self.isLost = true
        self.settings.logger.warning(
            "Redis cannot be reached",
            metadata: [
                "redis.address": "\(self.settings.address)", "error": "\(reason.code)",
                "fault": "\(self.fault.map { String(describing: $0) } ?? "none")",
            ]
        )
    }
}
