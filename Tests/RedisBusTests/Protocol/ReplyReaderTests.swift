import NIOCore
import Testing

@testable import RedisBus

@Suite struct ReplyReaderTests {
    @Test(arguments: [
        ("+OK\r\n", RedisValue.status("OK")),
        ("-ERR no\r\n", .error("ERR no")),
        (":-42\r\n", .integer(-42)),
        ("$0\r\n\r\n", .text(ByteBuffer())),
        ("$-1\r\n", .null),
        ("*-1\r\n", .null),
        ("*0\r\n", .list([])),
        ("$4\r\n\r\n\0!\r\n", .text(ByteBuffer(string: "\r\n\0!"))),
        ("*2\r\n*1\r\n:1\r\n$1\r\na\r\n", .list([.list([.integer(1)]), .text(ByteBuffer(string: "a"))])),
    ])
    func readsEveryKindWholeAndByteByByte(_ wire: String, _ wanted: RedisValue) throws {
        let whole = try ReplyReader()
        try whole.feed(ByteBuffer(string: wire))
        #expect(try whole.next() == wanted)
        #expect(try whole.next() == nil)
        let slow = try ReplyReader()
        for byte in wire.utf8.dropLast() {
            try slow.feed(ByteBuffer(bytes: [byte]))
            #expect(try slow.next() == nil)
        }
        try slow.feed(ByteBuffer(bytes: [wire.utf8.last ?? 0]))
        #expect(try slow.next() == wanted)
    }

    @Test func readsManyAnswersFromOnePiece() throws {
        let reader = try ReplyReader()
        try reader.feed(ByteBuffer(string: String(repeating: ":7\r\n", count: 1000)))
        for _ in 0..<1000 { #expect(try reader.next() == .integer(7)) }
        #expect(try reader.next() == nil)
    }

    @Test(arguments: ["?\r\n", ":x\r\n", "HTTP/1.1 400 Bad Request\r\n"])
    func refusesNonsense(_ wire: String) throws {
        let reader = try ReplyReader()
        #expect(throws: (any Error).self) {
            try reader.feed(ByteBuffer(string: wire))
            _ = try reader.next()
        }
    }

    @Test func commandsCarryEveryByte() {
        let command = RedisCommand(["SET", RedisCommand.Argument(ByteBuffer(string: "a\r\n\0$1")), ""])
        #expect(command.bytes == ByteBuffer(string: "*3\r\n$3\r\nSET\r\n$6\r\na\r\n\0$1\r\n$0\r\n\r\n"))
    }

    @Test func lifetimesAreWholeMillisecondsAndNeverNone() {
        #expect(RedisCommand.Argument(milliseconds: .seconds(2)).bytes == ByteBuffer(string: "2000"))
        #expect(RedisCommand.Argument(milliseconds: .microseconds(10)).bytes == ByteBuffer(string: "1"))
        #expect(RedisCommand.Argument(milliseconds: .seconds(-1)).bytes == ByteBuffer(string: "1"))
    }
}
