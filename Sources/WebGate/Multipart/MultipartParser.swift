package import NIOCore

/// Reads `multipart/form-data` (RFC 7578) as it arrives: chunk in, finished parts out.
///
/// Strict and bounded: every limit is checked while bytes come in, so no more than one limit's worth is ever held
/// beyond what is kept; line ends are CRLF, a part without a name is malformed, text after the end is ignored.
package struct MultipartParser {
    private enum Phase {
        /// Before the first boundary.
        case preamble
        case headers
        case content
        case finished
    }

    private static let maximumHeaderBytes = 8192
    private static let maximumParts = 256

    private let delimiter: [UInt8]
    private let limits: MultipartLimits
    private var phase = Phase.preamble
    private var pending = ByteBuffer()
    private var part: MultipartPart?
    private var fileCount = 0
    private var partCount = 0
    private var fileBytes = 0
    private var fieldBytes = 0

    package init(boundary: MultipartBoundary, limits: MultipartLimits) {
        self.delimiter = Array("\r\n--\(boundary.rawValue)".utf8)
        self.limits = limits
        // The first boundary may stand at the very start: give it the line end that the others have.
        self.pending.writeString("\r\n")
    }

    /// Takes the next bytes; returns the parts that they completed.
    package mutating func consume(_ chunk: ByteBuffer) throws(MultipartError) -> [MultipartPart] {
        guard self.phase != .finished else { return [] }
        self.pending.writeImmutableBuffer(chunk)
        var parts: [MultipartPart] = []
        while try self.step(&parts) {}
        self.pending.discardReadBytes()
        return parts
    }

    /// - Throws: `.malformed` when the closing boundary never came.
    package func finish() throws(MultipartError) -> [MultipartPart] {
        guard self.phase == .finished else { throw .malformed }
        return []
    }

    /// Does what the pending bytes allow; `false` when more are needed.
    private mutating func step(_ parts: inout [MultipartPart]) throws(MultipartError) -> Bool {
        switch self.phase {
        case .preamble:
            guard let end = self.endOfDelimiter() else {
                guard self.pending.readableBytes <= Self.maximumHeaderBytes else { throw .malformed }
                return false
            }
            guard let isLast = try self.lineAfterDelimiter(at: end.after) else { return false }
            self.phase = isLast ? .finished : .headers
            return !isLast
        case .headers:
            return try self.readHeaders()
        case .content:
            return try self.readContent(&parts)
        case .finished:
            return false
        }
    }

    private mutating func readHeaders() throws(MultipartError) -> Bool {
        let blank = Array("\r\n\r\n".utf8)
        guard let start = self.firstIndex(of: blank) else {
            guard self.pending.readableBytes <= Self.maximumHeaderBytes else { throw .malformed }
            return false
        }
        let length = start - self.pending.readerIndex
        guard length <= Self.maximumHeaderBytes, let bytes = self.pending.readSlice(length: length) else {
            throw .malformed
        }
        // The line end before the content may be the one that the delimiter starts with, for an empty part.
        self.pending.moveReaderIndex(forwardBy: 2)
        let part = try MultipartHeaders.part(bytes)
        self.partCount += 1
        guard self.partCount <= Self.maximumParts else { throw .malformed }
        if part.fileName != nil {
            self.fileCount += 1
            guard self.fileCount <= self.limits.maximumFiles else { throw .tooManyFiles }
        }
        self.part = part
        self.isAtContentStart = true
        self.phase = .content
        return true
    }

    /// The two bytes of line end between headers and content are still pending.
    private var isAtContentStart = false

    private mutating func readContent(_ parts: inout [MultipartPart]) throws(MultipartError) -> Bool {
        guard let end = self.endOfDelimiter() else {
            // Keep what could be the start of a delimiter, take the rest.
            let safe = self.pending.readableBytes - self.delimiter.count
            if safe > (self.isAtContentStart ? 2 : 0) { try self.take(safe) }
            return false
        }
        let content = end.before - self.pending.readerIndex
        guard let isLast = try self.peekLine(at: end.after) else { return false }
        try self.take(content)
        // When the delimiter used the first line end itself, the part is empty.
        self.isAtContentStart = false
        _ = try self.lineAfterDelimiter(at: end.after)
        if let part = self.part { parts.append(part) }
        self.part = nil
        self.phase = isLast ? .finished : .headers
        return !isLast
    }

    private mutating func take(_ count: Int) throws(MultipartError) {
        guard count > 0, var bytes = self.pending.readSlice(length: count) else { return }
        if self.isAtContentStart {
            // `count` is at least 2 here: a delimiter is longer than a line end.
            guard bytes.readableBytes >= 2 else { throw .malformed }
            bytes.moveReaderIndex(forwardBy: 2)
            self.isAtContentStart = false
        }
        let isFile = self.part?.fileName != nil
        let size = (self.part?.bytes.readableBytes ?? 0) + bytes.readableBytes
        if isFile {
            self.fileBytes += bytes.readableBytes
            guard size <= self.limits.maximumFileBytes else { throw .fileTooLarge }
            guard self.fileBytes <= self.limits.maximumTotalBytes else { throw .totalTooLarge }
        } else {
            self.fieldBytes += bytes.readableBytes
            guard size <= self.limits.maximumFieldBytes, self.fieldBytes <= self.limits.maximumFieldBytes * 16 else {
                throw .fieldTooLarge
            }
        }
        self.part?.bytes.writeImmutableBuffer(bytes)
    }

    /// Reads over the delimiter and the rest of its line: `--` after it means the end of all parts.
    private mutating func lineAfterDelimiter(at index: Int) throws(MultipartError) -> Bool? {
        guard let isLast = try self.peekLine(at: index) else { return nil }
        self.pending.moveReaderIndex(to: isLast ? index + 2 : index + 2 + self.padding(at: index))
        return isLast
    }

    private func padding(at index: Int) -> Int {
        var count = 0
        while self.byte(at: index + count) == UInt8(ascii: " ") { count += 1 }
        return count
    }

    private func peekLine(at index: Int) throws(MultipartError) -> Bool? {
        let padding = self.padding(at: index)
        guard let first = self.byte(at: index + padding), let second = self.byte(at: index + padding + 1) else {
            guard padding < 64 else { throw .malformed }
            return nil
        }
        if padding == 0, first == UInt8(ascii: "-"), second == UInt8(ascii: "-") { return true }
        guard first == 13, second == 10 else { throw .malformed }
        return false
    }

    private func byte(at index: Int) -> UInt8? {
        guard index < self.pending.writerIndex else { return nil }
        return self.pending.getInteger(at: index)
    }

    private func endOfDelimiter() -> (before: Int, after: Int)? {
        self.firstIndex(of: self.delimiter).map { ($0, $0 + self.delimiter.count) }
    }

    private func firstIndex(of pattern: [UInt8]) -> Int? {
        let count = pattern.count
        guard self.pending.readableBytes >= count else { return nil }
        let base = self.pending.readerIndex
        return self.pending.withUnsafeReadableBytes { bytes in
            var index = 0
            while index + count <= bytes.count {
                if bytes[index] == pattern[0], (1..<count).allSatisfy({ bytes[index + $0] == pattern[$0] }) {
                    return base + index
                }
                index += 1
            }
            return nil
        }
    }
}
