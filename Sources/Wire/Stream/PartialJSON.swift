package import Domain
import Foundation

/// Reads as much of a JSON text as has arrived, for tool inputs that are still being written (spec 02 §7.4).
package enum PartialJSON {
    /// The value with everything open closed, a half-written literal or key dropped; `nil` when nothing can be read.
    package static func parse(_ text: String) -> JSONValue? {
        if let whole = try? JSONValue(parsing: Data(text.utf8)) { return whole }  // Not whole yet: mended below.
        var closers: [UInt8] = []
        var isInString = false
        var isEscaped = false
        /// How many bytes are surely good, and what would close them.
        var safe: (count: Int, closers: [UInt8]) = (0, [])
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == 0x5C {
                    isEscaped = true
                } else if byte == 0x22 {
                    isInString = false
                }
                continue
            }
            switch byte {
            case 0x22: isInString = true
            case UInt8(ascii: "{"): closers.append(UInt8(ascii: "}"))
            case UInt8(ascii: "["): closers.append(UInt8(ascii: "]"))
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard closers.popLast() != nil else { return nil }
            case UInt8(ascii: ","): safe = (index, closers)
            default: break
            }
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") { safe = (index + 1, closers) }
        }
        var candidates: [[UInt8]] = []
        if isInString {
            var end = bytes
            if isEscaped { end.removeLast() }
            candidates.append(end + [0x22] + closers.reversed())
        } else {
            candidates.append(bytes + closers.reversed())
        }
        if safe.count > 0 { candidates.append(Array(bytes.prefix(safe.count)) + safe.closers.reversed()) }
        for candidate in candidates {
            // The next candidate keeps less.
            if let value = try? JSONValue(parsing: Data(candidate)) { return value }
        }
        return nil
    }
}
