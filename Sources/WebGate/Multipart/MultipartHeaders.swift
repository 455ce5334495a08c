import NIOCore

/// The header lines of one part: which field, which file.
enum MultipartHeaders {
    static func part(_ bytes: ByteBuffer) throws(MultipartError) -> MultipartPart {
        guard let text = String(validating: bytes.readableBytesView, as: UTF8.self) else { throw .malformed }
        var name: String?
        var fileName: String?
        var contentType: String?
        for line in text.split(separator: "\r\n") {
            let pair = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw .malformed }
            switch pair[0].lowercased() {
            case "content-disposition":
                let parameters = try self.parameters(pair[1])
                guard parameters.kind == "form-data" else { throw .malformed }
                name = parameters.values["name"]
                fileName = parameters.values["filename"]
            case "content-type":
                contentType = pair[1].split(separator: ";").first.map { $0.filter { !$0.isWhitespace }.lowercased() }
            default:
                continue
            }
        }
        guard let name, !name.isEmpty else { throw .malformed }
        return MultipartPart(name: name, fileName: fileName, contentType: contentType, bytes: ByteBuffer())
    }

    /// `form-data; name="a"; filename="b.txt"`; browsers write quotes and line ends in names as %22, %0D, %0A.
    private static func parameters(
        _ text: Substring
    ) throws(MultipartError) -> (kind: String, values: [String: String]) {
        var rest = text
        func skipSpace() { while rest.first == " " || rest.first == "\t" { rest.removeFirst() } }
        skipSpace()
        let kind = rest.prefix { $0 != ";" && $0 != " " }
        rest = rest.dropFirst(kind.count)
        var values: [String: String] = [:]
        while true {
            skipSpace()
            guard rest.first == ";" else { break }
            rest.removeFirst()
            skipSpace()
            let key = rest.prefix { $0 != "=" && $0 != ";" }
            rest = rest.dropFirst(key.count)
            guard rest.first == "=" else { throw .malformed }
            rest.removeFirst()
            let value: String
            if rest.first == "\"" {
                rest.removeFirst()
                guard let end = rest.firstIndex(of: "\"") else { throw .malformed }
                value = String(rest[..<end])
                rest = rest[rest.index(after: end)...]
            } else {
                let token = rest.prefix { $0 != ";" && $0 != " " }
                value = String(token)
                rest = rest.dropFirst(token.count)
            }
            let key2 = key.lowercased()
            if values[key2] == nil { values[key2] = self.unescaped(value) }
        }
        skipSpace()
        guard rest.isEmpty else { throw .malformed }
        return (kind.lowercased(), values)
    }

    private static func unescaped(_ text: String) -> String {
        guard text.contains("%") else { return text }
        var result = ""
        var rest = text[...]
        while let character = rest.first {
            if let (escape, plain) = Self.escapes.first(where: { rest.uppercased().hasPrefix($0.0) }) {
                result += plain
                rest = rest.dropFirst(escape.count)
            } else {
                result.append(character)
                rest.removeFirst()
            }
        }
        return result
    }

    private static let escapes = [("%22", "\""), ("%0D", "\r"), ("%0A", "\n")]
}
