import Documents

/// A number in JSON text: an integer where it is written as one and fits, a double otherwise.
enum JSONNumber {
    case integer(Int64)
    case double(Double)

    static func read(_ bytes: UnsafeBufferPointer<UInt8>, at position: inout Int) throws -> Self {
        let start = position
        func sign(_ scalar: Unicode.Scalar) -> Bool {
            position < bytes.count && bytes[position] == UInt8(ascii: scalar)
        }
        func digits() -> Int {
            let first = position
            while position < bytes.count, bytes[position] >= 0x30, bytes[position] <= 0x39 { position += 1 }
            return position - first
        }
        let refusal = DocumentStoreError.malformed("A document is a JSON object with a text _id.")

        if sign("-") { position += 1 }
        let hasLeadingZero = sign("0")
        let whole = digits()
        guard whole > 0, whole == 1 || !hasLeadingZero else { throw refusal }
        var isInteger = true
        if sign(".") {
            isInteger = false
            position += 1
            guard digits() > 0 else { throw refusal }
        }
        if sign("e") || sign("E") {
            isInteger = false
            position += 1
            if sign("+") || sign("-") { position += 1 }
            guard digits() > 0 else { throw refusal }
        }
        let text = String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
        if isInteger, let number = Int64(text) { return .integer(number) }
        guard let number = Double(text), number.isFinite else {
            throw DocumentStoreError.malformed("A number is too large to be kept.")
        }
        return .double(number)
    }
}
