import Foundation

/// Base64 for addresses and cookies, without padding (RFC 4648 §5).
enum Base64URL {
    // Byte by byte: every request's session comes through here, and replacing text costs more than the signature.
    static func encode(_ bytes: some Sequence<UInt8>) -> String {
        let standard = Data(bytes).base64EncodedData()
        let own = standard.prefix { $0 != UInt8(ascii: "=") }.map { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            default: byte
            }
        }
        return String(decoding: own, as: UTF8.self)
    }

    /// `nil` for padding, white space, foreign characters, and for text that is not the one way to write its bytes.
    static func decode(_ text: some StringProtocol) -> [UInt8]? {
        var standard: [UInt8] = []
        standard.reserveCapacity(text.utf8.count + 3)
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122: standard.append(byte)
            case UInt8(ascii: "-"): standard.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): standard.append(UInt8(ascii: "/"))
            default: return nil
            }
        }
        guard standard.count % 4 != 1 else { return nil }
        while standard.count % 4 != 0 { standard.append(UInt8(ascii: "=")) }
        guard let bytes = Data(base64Encoded: Data(standard)), self.encode(bytes).utf8.elementsEqual(text.utf8) else {
            return nil
        }
        return Array(bytes)
    }
}
