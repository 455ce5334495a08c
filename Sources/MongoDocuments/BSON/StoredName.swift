/// How the name of a member is written in MongoDB.
///
/// MongoDB gives some names a meaning: a dollar in front is an operator or a reference, a dot is a path, digits alone are
/// a place in an array, and a NUL ends a name. A document may have such names (tool inputs are JSON of any kind), so these
/// characters are stored as `%` and two hexadecimal digits, like the percent sign itself. All other names stay as they are.
enum StoredName {
    /// Stands before the names of members that the adapter adds; no encoded name begins so.
    static let shadowPrefix = "%t:"

    private static let percent = UInt8(ascii: "%")

    static func encode(_ name: some StringProtocol) -> String {
        let bytes = name.utf8
        let isSpecial = bytes.contains { $0 == 0 || $0 == UInt8(ascii: ".") || $0 == Self.percent }
        let isDigits = !bytes.isEmpty && bytes.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
        guard isSpecial || isDigits || bytes.first == UInt8(ascii: "$") else { return String(name) }
        var encoded: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            let isFirst = index == 0 && (isDigits || byte == UInt8(ascii: "$"))
            guard isFirst || byte == 0 || byte == UInt8(ascii: ".") || byte == Self.percent else {
                encoded.append(byte)
                continue
            }
            encoded.append(Self.percent)
            encoded.append(Self.digit(byte >> 4))
            encoded.append(Self.digit(byte & 15))
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The name as the document has it, `nil` for a member that the adapter added.
    static func decode(_ stored: UnsafeRawBufferPointer) -> [UInt8]? {
        guard stored.contains(Self.percent) else { return Array(stored) }
        if stored.starts(with: Self.shadowPrefix.utf8) { return nil }
        var name: [UInt8] = []
        var index = 0
        while index < stored.count {
            if stored[index] == Self.percent, index + 2 < stored.count, let high = Self.value(stored[index + 1]),
                let low = Self.value(stored[index + 2])
            {
                name.append(high << 4 | low)
                index += 3
            } else {
                name.append(stored[index])
                index += 1
            }
        }
        return name
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
