import Domain
import Foundation

/// Reads the lines of Claude Code's stdout.
package struct ClaudeOutputParser: Sendable {
    package struct Unreadable: Error, Sendable, Equatable {
        package var reason: String
    }

    /// Lines up to this are parsed whole; of longer ones only tool results and repeated blocks may come.
    package static let lineLimit = 4 << 20

    private let decoder = JSONDecoder()

    package init() {}

    /// What the line says, several things when it holds several blocks.
    ///
    /// - Parameters:
    ///   - line: without its line feed.
    ///   - wantsAssistant: whether long complete blocks matter; they don't when their stream was seen.
    /// - Returns: in the order of the line's blocks.
    /// - Throws: when it is no line of the known format.
    package func parse(_ line: LineSplitter.Line, wantsAssistant: Bool) throws(Unreadable) -> [ClaudeOutput] {
        switch line {
        case .whole(let bytes):
            if !wantsAssistant, bytes.count > 65536, bytes.starts(with: Self.assistantPrefix) { return [.ignored] }
            guard bytes.first == UInt8(ascii: "{") else { return [.ignored] }
            guard let parsed = try? self.decoder.decode(ClaudeLine.self, from: Data(bytes)) else {
                throw Unreadable(reason: "a line that is not in the known format")
            }
            return parsed.outputs
        case .head(let bytes):
            // The CLI repeats whole blocks and whole files after their stream: nothing of them is needed.
            if bytes.starts(with: Self.assistantPrefix) { return [.ignored] }
            if let outputs = self.toolResults(inHeadOf: bytes) { return outputs }
            throw Unreadable(reason: "a line of more than \(Self.lineLimit >> 20) MiB")
        }
    }

    private static let assistantPrefix = Array(#"{"type":"assistant""#.utf8)
    private static let userPrefix = Array(#"{"type":"user","message":"#.utf8)

    /// The message comes before the copies of files that make such a line long.
    private func toolResults(inHeadOf bytes: [UInt8]) -> [ClaudeOutput]? {
        guard bytes.starts(with: Self.userPrefix) else { return nil }
        var depth = 0
        var isText = false
        var isEscaped = false
        for index in Self.userPrefix.count..<bytes.count {
            let byte = bytes[index]
            if isEscaped {
                isEscaped = false
            } else if isText {
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                if byte == UInt8(ascii: "\"") { isText = false }
            } else if byte == UInt8(ascii: "\"") {
                isText = true
            } else if byte == UInt8(ascii: "{") {
                depth += 1
            } else if byte == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 {
                    var whole = Data(bytes[...index])
                    whole.append(UInt8(ascii: "}"))
                    // Not the expected shape is no tool result.
                    return (try? self.decoder.decode(ClaudeLine.self, from: whole))?.outputs
                }
            }
        }
        return nil
    }
}
