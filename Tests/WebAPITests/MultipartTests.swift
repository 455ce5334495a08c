import NIOCore
import Testing
import WebGate

@Suite("Multipart bodies")
struct MultipartTests {
    static let limits = MultipartLimits(
        maximumFiles: 2,
        maximumFileBytes: 10,
        maximumTotalBytes: 15,
        maximumFieldBytes: 8
    )

    static func parse(_ text: String, chunk: Int = .max, limits: MultipartLimits = limits) throws -> [MultipartPart] {
        let boundary = try #require(MultipartBoundary(contentType: "multipart/form-data; boundary=xx"))
        var parser = MultipartParser(boundary: boundary, limits: limits)
        var parts: [MultipartPart] = []
        var rest = ByteBuffer(string: text)
        while rest.readableBytes > 0 {
            guard let slice = rest.readSlice(length: min(chunk, rest.readableBytes)) else { break }
            parts += try parser.consume(slice)
        }
        return try parts + parser.finish()
    }

    static func field(_ name: String, _ value: String) -> String {
        "--xx\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }

    static func file(_ name: String, _ value: String) -> String {
        "--xx\r\ncontent-disposition: form-data; name=\"files\"; filename=\"\(name)\"\r\n"
            + "Content-Type: text/plain; charset=utf-8\r\n\r\n\(value)\r\n"
    }

    @Test("parts arrive whole however the body is cut", arguments: [1, 2, 3, 7, 64, Int.max])
    func partsArriveWhole(chunk: Int) throws {
        let text = Self.field("a", "1") + Self.file("b.txt", "--x\r\n--y") + Self.field("empty", "") + "--xx--\r\nrest"
        let parts = try Self.parse(text, chunk: chunk)
        #expect(parts.map(\.name) == ["a", "files", "empty"])
        #expect(parts.map(\.fileName) == [nil, "b.txt", nil])
        #expect(parts.map { String(buffer: $0.bytes) } == ["1", "--x\r\n--y", ""])
        #expect(parts[1].contentType == "text/plain")
    }

    @Test("names keep quotes and line ends that browsers escape")
    func namesAreUnescaped() throws {
        let part = try #require(try Self.parse(Self.file("a%22b%0D%0A.txt", "x") + "--xx--").first)
        #expect(part.fileName == "a\"b\r\n.txt")
    }

    @Test("every limit holds at its edge")
    func everyLimitHolds() throws {
        let ten = String(repeating: "x", count: 10)
        #expect(try Self.parse(Self.file("a", ten) + "--xx--").count == 1)
        #expect(throws: MultipartError.fileTooLarge) { try Self.parse(Self.file("a", ten + "x") + "--xx--") }
        #expect(try Self.parse(Self.file("a", ten) + Self.file("b", "12345") + "--xx--").count == 2)
        #expect(throws: MultipartError.totalTooLarge) {
            try Self.parse(Self.file("a", ten) + Self.file("b", "123456") + "--xx--")
        }
        #expect(throws: MultipartError.tooManyFiles) {
            try Self.parse(Self.file("a", "") + Self.file("b", "") + Self.file("c", "") + "--xx--")
        }
        #expect(try Self.parse(Self.field("a", "12345678") + "--xx--").count == 1)
        #expect(throws: MultipartError.fieldTooLarge) { try Self.parse(Self.field("a", "123456789") + "--xx--") }
    }

    @Test("a file over its limit is refused before all of it arrived")
    func aLargeFileIsRefusedEarly() throws {
        let boundary = try #require(MultipartBoundary(contentType: "multipart/form-data; boundary=xx"))
        var parser = MultipartParser(boundary: boundary, limits: Self.limits)
        _ = try parser.consume(ByteBuffer(string: "--xx\r\nContent-Disposition: form-data; name=f; filename=a\r\n\r\n"))
        #expect(throws: MultipartError.fileTooLarge) {
            _ = try parser.consume(ByteBuffer(string: String(repeating: "x", count: 100)))
        }
    }

    @Test(
        "damaged bodies are malformed",
        arguments: [
            "", "--xx", "no boundary at all", MultipartTests.field("a", "1"),
            "--xx\r\n\r\nno name\r\n--xx--", "--xx\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--xx--",
            "--xx\r\nContent-Disposition: form-data\r\n\r\n1\r\n--xx--",
            "--xx\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--xx--",
            "--xx\nContent-Disposition: form-data; name=\"a\"\n\n1\n--xx--",
            "--xx\r\n" + String(repeating: "x", count: 20_000),
        ]
    )
    func damagedBodiesAreMalformed(text: String) {
        #expect(throws: MultipartError.malformed) { try Self.parse(text) }
    }

    @Test(
        "only boundaries of the standard are taken",
        arguments: [
            ("multipart/form-data", false), ("multipart/form-data; boundary=", false),
            ("multipart/form-data; boundary=\"a b\"", true), ("multipart/form-data; boundary=a; charset=x", true),
            ("multipart/form-data; boundary=" + String(repeating: "a", count: 70), true),
            ("multipart/form-data; boundary=" + String(repeating: "a", count: 71), false),
            ("multipart/form-data; boundary=a{b", false),
        ]
    )
    func onlyStandardBoundaries(header: String, isTaken: Bool) {
        #expect((MultipartBoundary(contentType: header) != nil) == isTaken)
    }
}
