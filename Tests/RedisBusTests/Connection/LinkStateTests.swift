import NIOCore
import Testing

@testable import RedisBus

/// Events in, actions out; no socket.
@Suite struct LinkStateTests {
    private static let hello = ByteBuffer(string: "hello")
    private static let ping = ByteBuffer(string: "ping")
    private static let start = NIODeadline.uptimeNanoseconds(1_000_000_000)

    private static func state(subscriber: Bool = false, limits: LinkState.Limits = .init()) -> LinkState {
        LinkState(greeting: [self.hello, self.hello], ping: self.ping, isSubscriber: subscriber, limits: limits)
    }

    private static func ready(subscriber: Bool = false, limits: LinkState.Limits = .init()) -> LinkState {
        var state = self.state(subscriber: subscriber, limits: limits)
        _ = state.start()
        _ = state.connected(at: self.start)
        _ = state.received(.status("OK"), at: self.start)
        _ = state.received(.status("PONG"), at: self.start)
        return state
    }

    private static func command(_ id: Int, seconds: Int64 = 5, repeatable: Bool = false) -> LinkState.Command {
        LinkState.Command(
            id: id,
            bytes: ByteBuffer(string: "c\(id)"),
            deadline: self.start + .seconds(seconds),
            isRepeatable: repeatable
        )
    }

    @Test func commandsWaitForTheGreetingAndAreAnsweredInOrder() {
        var state = Self.state()
        #expect(state.submit(Self.command(1)) == [.connect])
        #expect(state.submit(Self.command(2)) == [])
        #expect(state.connected(at: Self.start) == [.write(Self.hello), .write(Self.hello)])
        #expect(state.received(.status("OK"), at: Self.start) == [])
        #expect(
            state.received(.status("PONG"), at: Self.start)
                == [.opened, .write(Self.command(1).bytes), .write(Self.command(2).bytes)]
        )
        #expect(state.submit(Self.command(3)) == [.write(Self.command(3).bytes)])
        for id in 1...3 { #expect(state.received(.integer(id), at: Self.start) == [.succeed(id, .integer(id))]) }
        #expect(state.received(.integer(4), at: Self.start) == [.close], "an answer that nobody asked for")
    }

    @Test func aWrongPasswordFailsWhoWaitsAtOnce() {
        var state = Self.state()
        _ = state.submit(Self.command(1, repeatable: true))
        _ = state.connected(at: Self.start)
        #expect(state.received(.error("WRONGPASS invalid username-password pair"), at: Self.start) == [.close])
        #expect(
            state.disconnected(chance: 1)
                == [.lost(.notSignedIn), .fail(1, .notSignedIn), .reconnect(after: .milliseconds(50))]
        )
    }

    @Test func aServerThatLoadsIsWaitedFor() {
        var state = Self.state()
        _ = state.submit(Self.command(1))
        _ = state.connected(at: Self.start)
        _ = state.received(.status("OK"), at: Self.start)
        #expect(state.received(.error("LOADING Redis is loading the dataset"), at: Self.start) == [.close])
        #expect(state.disconnected(chance: 1) == [.lost(.unavailable), .reconnect(after: .milliseconds(50))])
        #expect(state.pauseEnded() == [.connect])
    }

    @Test func aLostConnectionRepeatsOnlyWhatMayBeRepeated() {
        var state = Self.ready()
        _ = state.submit(Self.command(1))
        _ = state.submit(Self.command(2, repeatable: true))
        #expect(
            state.disconnected(chance: 1)
                == [.lost(.unavailable), .fail(1, .interrupted), .reconnect(after: .milliseconds(50))]
        )
        #expect(state.submit(Self.command(3)) == [])
        _ = state.pauseEnded()
        _ = state.connected(at: Self.start)
        _ = state.received(.status("OK"), at: Self.start)
        #expect(
            state.received(.status("PONG"), at: Self.start)
                == [.opened, .write(Self.command(2).bytes), .write(Self.command(3).bytes)]
        )
    }

    @Test func pausesGrowToALimitAndAreSpread() {
        var state = Self.state()
        _ = state.start()
        var pauses: [TimeAmount] = []
        for _ in 0..<10 {
            guard case .reconnect(let pause)? = state.disconnected(chance: 1).last else { continue }
            pauses.append(pause)
            _ = state.pauseEnded()
        }
        #expect(pauses.prefix(4) == [.milliseconds(50), .milliseconds(100), .milliseconds(200), .milliseconds(400)])
        #expect(pauses.last == .seconds(5))
        #expect(state.disconnected(chance: 0).last == .reconnect(after: .milliseconds(2500)))
    }

    @Test func deadlinesEndWaitingAndUnansweredCommands() {
        var waiting = Self.state()
        _ = waiting.submit(Self.command(1, seconds: 1))
        _ = waiting.submit(Self.command(2, seconds: 9))
        #expect(waiting.tick(at: Self.start) == [])
        #expect(waiting.tick(at: Self.start + .seconds(1)) == [.fail(1, .unavailable)])

        var silent = Self.ready()
        _ = silent.submit(Self.command(1, seconds: 1))
        #expect(silent.tick(at: Self.start + .seconds(1)) == [.close])
        #expect(silent.disconnected(chance: 1).contains(.fail(1, .interrupted)))
    }

    @Test func anIdleConnectionIsAskedWhetherItLives() {
        var state = Self.ready()
        #expect(state.tick(at: Self.start + .seconds(9)) == [])
        #expect(state.tick(at: Self.start + .seconds(10)) == [.write(Self.ping)])
        #expect(state.received(.status("PONG"), at: Self.start + .seconds(11)) == [])
        #expect(state.tick(at: Self.start + .seconds(21)) == [.write(Self.ping)])
        #expect(state.tick(at: Self.start + .seconds(26)) == [.close])
        #expect(state.disconnected(chance: 1).count == 2, "nobody is told of our own question")
    }

    @Test func aFullQueueRefusesWithoutForgetting() {
        var state = Self.state(limits: LinkState.Limits(commands: 2))
        _ = state.submit(Self.command(1))
        #expect(state.submit(Self.command(2)) == [])
        #expect(state.submit(Self.command(3)) == [.fail(3, .overloaded)])

        var heavy = Self.ready(limits: LinkState.Limits(bytes: 3))
        #expect(heavy.submit(Self.command(1)) == [.write(Self.command(1).bytes)])
        #expect(heavy.submit(Self.command(2)) == [.fail(2, .overloaded)])
        _ = heavy.received(.integer(1), at: Self.start)
        #expect(heavy.submit(Self.command(3)) == [.write(Self.command(3).bytes)], "room again")
    }

    @Test func messagesComeBetweenAnswers() {
        let message = RedisValue.list(["message", "c", "hi"].map { .text(ByteBuffer(string: $0)) })
        var state = Self.ready(subscriber: true)
        _ = state.submit(Self.command(1))
        #expect(state.received(message, at: Self.start) == [.message(message)])
        #expect(state.received(.integer(1), at: Self.start) == [.succeed(1, .integer(1))])
        var commands = Self.ready()
        _ = commands.submit(Self.command(1))
        #expect(commands.received(message, at: Self.start) == [.succeed(1, message)], "an answer like any other")
    }

    @Test func refusalsKeepTheConnectionAndSayNothingElse() {
        var state = Self.ready()
        _ = state.submit(Self.command(1))
        #expect(
            state.received(.error("WRONGTYPE Operation against geheim AUTH"), at: Self.start)
                == [.fail(1, .refused("WRONGTYPE"))]
        )
        #expect(state.isReady)
        _ = state.submit(Self.command(2))
        #expect(
            state.received(.error("READONLY You can't write"), at: Self.start) == [.fail(2, .unavailable), .close]
        )
    }

    @Test func stoppingFailsEverybodyAndStaysStopped() {
        var state = Self.ready()
        _ = state.submit(Self.command(1))
        #expect(state.stop() == [.fail(1, .shutDown), .close])
        #expect(state.submit(Self.command(2)) == [.fail(2, .shutDown)])
        #expect(state.disconnected(chance: 1) == [])
        #expect(state.pauseEnded() == [])
        #expect(state.connected(at: Self.start) == [.close])
    }
}
