/// The `traceparent` header of W3C Trace Context: which trace a piece of work belongs to (spec 05 B47).
package struct TraceParent: Sendable, Equatable {
    /// The one of the work that runs now; work that is handed to others takes it along.
    @TaskLocal package static var current: TraceParent?

    /// 32 lowercase hexadecimal digits.
    package let traceID: String
    /// Whether the caller keeps the trace; told on, never decided here.
    package let isSampled: Bool

    /// `nil` for anything malformed, which is ignored.
    ///
    /// Version 00 is exact; later versions may add fields after the flags.
    package init?(_ header: String) {
        let fields = header.split(separator: "-", omittingEmptySubsequences: false)
        guard header.utf8.count <= 512, fields.count >= 4,
            Self.isHexadecimal(fields[0], 2), fields[0] != "ff", fields[0] != "00" || fields.count == 4,
            Self.isHexadecimal(fields[1], 32), fields[1].contains(where: { $0 != "0" }),
            Self.isHexadecimal(fields[2], 16), fields[2].contains(where: { $0 != "0" }),
            Self.isHexadecimal(fields[3], 2), let flags = UInt8(fields[3], radix: 16)
        else { return nil }
        self.traceID = String(fields[1])
        self.isSampled = flags & 1 == 1
    }

    /// What a request that we send carries; `span` is its own id, 16 hexadecimal digits.
    package func header(span: String) -> String {
        "00-\(self.traceID)-\(span)-\(self.isSampled ? "01" : "00")"
    }

    private static func isHexadecimal(_ text: Substring, _ length: Int) -> Bool {
        text.utf8.count == length
            && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
