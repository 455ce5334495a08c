import Domain
import Foundation
import NIOCore
import Testing
import Wire

@Suite
struct JSONWriterTests {
    @Test(arguments: [
        "", "plain", "\"\\/", "\u{0}\u{1}\u{1F}\n\r\t\u{7F}", "é𝄞👩‍👩‍👧", "\u{2028}\u{2029}", "</script><!--", "\u{202E}abc",
        "\u{1B}[31mred", String(repeating: "a\u{2028}", count: 1000), "\u{E2}\u{80}",
    ])
    func everyTextComesBackAsItWas(text: String) throws {
        var writer = JSONWriter()
        writer.string(text)
        let bytes = Data(writer.buffer.readableBytesView)
        #expect(try JSONDecoder().decode(String.self, from: bytes) == text)
        #expect(!bytes.contains(UInt8(ascii: "<")))
        #expect(!bytes.contains { $0 < 0x20 })
        #expect(!String(decoding: bytes, as: UTF8.self).unicodeScalars.contains("\u{2028}"))
    }

    @Test
    func commasStandBetweenMembersOnly() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("a", 1)
            writer.field("b", nil as String?)
            writer.key("c")
            writer.array { writer in
                writer.bool(true)
                writer.object { _ in }
                writer.array { _ in }
                writer.number(.infinity)
                writer.number(0.5)
            }
            writer.field("d", raw: Array("{\"x\":[]}".utf8))
            writer.key("e")
            writer.value(["k": [1, "two", nil, 3.5.json], "j": false])
        }
        #expect(
            String(buffer: writer.buffer)
                == #"{"a":1,"b":null,"c":[true,{},[],0,0.5],"d":{"x":[]},"e":{"j":false,"k":[1,"two",null,3.5]}}"#
        )
    }

    @Test
    func aFrameIsOneEvent() {
        let frame = EventStreamFrame.data(UIMessageChunk.textDelta(id: "t", delta: "a\n\nb").encoded(), id: 7)
        #expect(
            String(buffer: frame) == "id: 7\ndata: {\"type\":\"text-delta\",\"id\":\"t\",\"delta\":\"a\\n\\nb\"}\n\n"
        )
        #expect(String(buffer: EventStreamFrame.done) == "data: [DONE]\n\n")
    }
}

extension Double {
    fileprivate var json: JSONValue { .number(self) }
}
