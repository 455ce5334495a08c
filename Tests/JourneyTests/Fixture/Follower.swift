import AsyncHTTPClient
import Domain
import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// A viewer of one turn who comes back with `Last-Event-ID`, whatever happens to the connection, until it is over.
struct Follower: Sendable {
    struct Seen: Sendable {
        var text = ""
        var numbers: [Int] = []
        var visits = 0
        fileprivate var hasArrived = false
    }

    /// Tells followers to hang up, and knows how far they all are.
    final class Signal: Sendable {
        private let state = Mutex((isHangingUp: false, arrived: 0))

        var isHangingUp: Bool { self.state.withLock { $0.isHangingUp } }
        var arrived: Int { self.state.withLock { $0.arrived } }

        func hangUp() { self.state.withLock { $0.isHangingUp = true } }
        fileprivate func arrive() { self.state.withLock { $0.arrived += 1 } }
    }

    let url: String
    let cookies: String
    let client: HTTPClient
    /// Raised once by each follower that has seen `mark`.
    let signal: Signal
    var mark = "word40"
    /// Leaves once when the signal says so, instead of staying for as long as the server lets it.
    var leaves = false

    init(_ conversation: Conversation, by person: Visitor, client: HTTPClient, signal: Signal) {
        self.url = person.base + conversation.path + "/stream"
        self.cookies = person.cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
        self.client = client
        self.signal = signal
    }

    func follow(within limit: Duration = .seconds(120)) async throws -> Seen {
        let deadline = ContinuousClock.now.advanced(by: limit)
        var seen = Seen()
        while ContinuousClock.now < deadline {
            do {
                if try await self.visit(&seen) { return seen }
            } catch let error as CancellationError {
                throw error
            } catch {
                // The connection was lost, or nobody can serve it yet: it is tried again as a browser would.
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw JourneyFailure(
            description: "The end did not come in \(seen.visits) visits, after \(seen.numbers.last ?? 0): \(seen.text)"
        )
    }

    /// - Returns: Whether the turn is over.
    private func visit(_ seen: inout Seen) async throws -> Bool {
        var request = HTTPClientRequest(url: self.url)
        request.headers.add(name: "cookie", value: self.cookies)
        if let last = seen.numbers.last { request.headers.add(name: "last-event-id", value: "\(last)") }
        let response = try await self.client.execute(request, timeout: .seconds(120))
        guard response.status == .ok else { return false }
        seen.visits += 1
        var rest = ""
        for try await buffer in response.body {
            rest += String(buffer: buffer)
            var frames = rest.components(separatedBy: "\n\n")
            rest = frames.removeLast()
            for frame in frames where self.take(frame, &seen) { return true }
            if self.leaves, seen.visits == 1, self.signal.isHangingUp { return false }
        }
        return false
    }

    private func take(_ frame: String, _ seen: inout Seen) -> Bool {
        var isOver = false
        for line in frame.split(separator: "\n") {
            if line.hasPrefix("id: "), let number = Int(line.dropFirst(4)) { seen.numbers.append(number) }
            guard line.hasPrefix("data: ") else { continue }
            if line == "data: [DONE]" { isOver = true }
            guard let words = Self.words(in: line.dropFirst(6)) else { continue }
            seen.text += words
            guard !seen.hasArrived, seen.text.suffix(words.count + self.mark.count).contains(self.mark) else {
                continue
            }
            seen.hasArrived = true
            self.signal.arrive()
        }
        return isOver
    }

    /// What a chunk adds to the text of the answer.
    static func words(in data: Substring) -> String? {
        guard data.contains("\"text-delta\"") else { return nil }
        // A chunk that is no JSON would be missing in the text.
        let chunk = try? JSONValue(parsing: Data(data.utf8))
        return chunk?["type"]?.string == "text-delta" ? chunk?["delta"]?.string : nil
    }
}
