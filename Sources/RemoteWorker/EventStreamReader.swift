import Application
import Domain
import Foundation
import NIOCore
import RuntimeProtocols

/// Reads a turn's server-sent events as the bytes come, holding one line at most (spec 03 §2.1).
struct EventStreamReader: Sendable {
    enum Item: Sendable, Equatable {
        case event(RuntimeEvent)
        /// The turn has ended well.
        case done
        /// The turn broke.
        case failure(WorkerFailure)
    }

    /// The stream is none of a worker's.
    struct Unreadable: Error, Equatable {
        var reason: String
    }

    private var lines: LineSplitter
    private let lineLimit: Int

    init(lineLimit: Int) {
        self.lineLimit = lineLimit
        self.lines = LineSplitter(limit: lineLimit)
    }

    /// Takes the next bytes and returns what they complete; comments and events of a later version are passed over.
    mutating func read(_ bytes: ByteBuffer) throws(Unreadable) -> [Item] {
        var complete: [LineSplitter.Line] = []
        bytes.withUnsafeReadableBytes { pointer in
            self.lines.append(pointer) { complete.append($0) }
        }
        var items: [Item] = []
        for line in complete {
            switch line {
            case .head: throw Unreadable(reason: "a line of more than \(self.lineLimit) bytes")
            case .whole(let line):
                if let item = try Self.item(line) { items.append(item) }
            }
        }
        return items
    }

    private static func item(_ line: [UInt8]) throws(Unreadable) -> Item? {
        var line = line[...]
        if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
        // The blank line between events, comments, and fields that we do not use.
        guard line.starts(with: "data:".utf8) else {
            let isField = ["event:", "id:", "retry:"].contains { line.starts(with: $0.utf8) }
            guard line.isEmpty || line.first == UInt8(ascii: ":") || isField else {
                throw Unreadable(reason: "a line that is no event")
            }
            return nil
        }
        line = line.dropFirst("data:".utf8.count)
        if line.first == UInt8(ascii: " ") { line = line.dropFirst() }
        if line.elementsEqual("[DONE]".utf8) { return .done }
        let json: JSONValue
        do {
            json = try JSONValue(parsing: Data(line))
        } catch {
            throw Unreadable(reason: "an event that is no JSON")
        }
        guard json["type"]?.string == "error" else { return RuntimeEvent(json: json).map(Item.event) }
        let text = json["error"]?.string ?? ""
        let problem = WorkerProblem(kind: json["code"]?.string ?? "failed", text: text, message: nil)
        if case .failure(let failure) = problem { return .failure(failure) }
        return .failure(.failed(text))
    }
}
