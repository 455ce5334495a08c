import Bus
import NIOCore

extension MessageBusCheck {
    static let channels: [Self] = [
        MessageBusCheck("aSubscriptionStandsWhenItReturns") { bus in
            let first = try await bus.subscribe(to: "c")
            try await bus.publish(ByteBuffer(string: "1"), to: "c")
            let second = try await bus.subscribe(to: "c")
            try await bus.publish(ByteBuffer(string: "2"), to: "c")
            try await bus.publish(ByteBuffer(string: "other"), to: "d")
            try await bus.publish(ByteBuffer(string: "3"), to: "c")
            let (one, two) = try await within(.seconds(20), "both hear all") {
                (try await Self.take(3, of: first), try await Self.take(2, of: second))
            }
            try expectEqual(one, ["1", "2", "3"], "in order, of one channel")
            try expectEqual(two, ["2", "3"], "from its subscription on")
        },
        MessageBusCheck("nobodyListeningIsFine") { bus in
            try await bus.publish(ByteBuffer(string: "1"), to: "empty")
        },
        MessageBusCheck("aSubscriberThatFallsBehindIsToldAndLeft") { bus in
            let slow = try await bus.subscribe(to: "c")
            for number in 0..<600 { try await bus.publish(ByteBuffer(string: "\(number)"), to: "c") }
            let elements = try await within(.seconds(20), "the subscription ends") {
                var elements: [BusSubscription.Element] = []
                for await element in slow { elements.append(element) }
                return elements
            }
            try expectEqual(elements.last, .overflow, "the last word")
            try expect((200...300).contains(elements.count), "about 256 wait, \(elements.count) did")
            for (number, element) in elements.dropLast().enumerated() {
                try expectEqual(element, .message(ByteBuffer(string: "\(number)")), "no hole before the end")
            }
        },
        MessageBusCheck("aFullQueueShortOfTheLimitLosesNothing") { bus in
            let reader = try await bus.subscribe(to: "c")
            for number in 0..<250 { try await bus.publish(ByteBuffer(string: "\(number)"), to: "c") }
            let seen = try await within(.seconds(20), "all arrive") { try await Self.take(250, of: reader) }
            try expectEqual(seen, (0..<250).map(String.init), "all of them")
        },
    ]

    private static func take(_ count: Int, of subscription: BusSubscription) async throws -> [String] {
        var seen: [String] = []
        for await element in subscription {
            guard case .message(let message) = element else { throw BrokenPromise("overflow after \(seen.count)") }
            seen.append(message.text)
            if seen.count == count { break }
        }
        return seen
    }
}
