import Bus
import NIOCore
import Testing

@testable import RedisBus

@Suite struct LogTailTests {
    private static func records(_ range: ClosedRange<Int>, bytes: Int = 1) -> [LogRecord] {
        range.map { LogRecord(sequence: $0, payload: ByteBuffer(repeating: 0x41, count: bytes)) }
    }

    @Test func batchesStartAtTheCursorAndAreBounded() {
        var tail = LogTail(after: 10)
        #expect(tail.next(after: 10, atMost: 5) == .wait)
        #expect(tail.next(after: 3, atMost: 5) == .older)
        tail.append(Self.records(11...30))
        #expect(tail.next(after: 10, atMost: 5) == .batch(Self.records(11...15)))
        #expect(tail.next(after: 28, atMost: 5) == .batch(Self.records(29...30)))
        #expect(tail.next(after: 9, atMost: 5) == .older)
        tail.isFinished = true
        #expect(tail.next(after: 29, atMost: 5) == .batch(Self.records(30...30)))
        #expect(tail.next(after: 30, atMost: 5) == .end)
        #expect(tail.next(after: 99, atMost: 5) == .end)
    }

    @Test func overlapsAreTakenOnceAndHolesForgetWhatCameBefore() {
        var tail = LogTail(after: 0)
        tail.append(Self.records(1...5))
        tail.append(Self.records(3...6))
        #expect(tail.count == 6)
        tail.append(Self.records(2...4))
        #expect(tail.count == 6)
        tail.append(Self.records(9...10))
        #expect(tail.next(after: 6, atMost: 5) == .older)
        #expect(tail.next(after: 8, atMost: 5) == .batch(Self.records(9...10)))
    }

    @Test func whatIsKeptIsBoundedByRecordsAndBytes() {
        var tail = LogTail(after: 0)
        tail.append(Self.records(1...3000))
        #expect(tail.count == LogTail.maximumRecords)
        tail.append(Self.records(3001...3010, bytes: 1_000_000))
        #expect(tail.count == 4)
        tail.append(Self.records(3011...3011, bytes: LogTail.maximumBytes + 1))
        #expect(tail.count == 1)
    }

    @Test(arguments: ["run:1", "{run:1}:stream", "}odd{", "{}", "a{b}c"])
    func aLogsKeysShareAClusterSlot(_ name: String) {
        func tag(_ key: String) -> Substring {
            guard let open = key.firstIndex(of: "{") else { return key[...] }
            let rest = key[key.index(after: open)...]
            guard let close = rest.firstIndex(of: "}"), close != rest.startIndex else { return key[...] }
            return rest[..<close]
        }
        let names = LogNames(LogKey(name), space: Keyspace(name: "second", database: 0))
        #expect(tag(names.facts) == tag(names.records))
        #expect(names.facts != names.records)
    }
}
