package import Foundation

/// How large a document may be, the same in every engine, so that none of them surprises whoever moves to it.
package enum DocumentLimits {
    /// Bytes of JSON: half of MongoDB's 16 MiB, because BSON of odd shapes (arrays of small numbers) is larger than its text.
    package static let maximumBytes = 8_388_608
    /// Objects and arrays inside each other, the document itself included; MongoDB keeps at most 180.
    package static let maximumDepth = 160

    package static let tooDeep = DocumentStoreError.malformed("A document nests at most \(maximumDepth) levels.")

    /// - Throws: `DocumentStoreError.tooLarge`.
    package static func checkSize(_ bytes: Int) throws(DocumentStoreError) {
        guard bytes <= self.maximumBytes else { throw .tooLarge(bytes: bytes) }
    }

    /// Refuses an object or array in which more levels lie than a document may have; texts are skipped over.
    package static func checkDepth(_ json: Data) throws(DocumentStoreError) {
        var depth = 0
        var isText = false
        var isEscaped = false
        var isTooDeep = false
        json.withUnsafeBytes { bytes in
            for byte in bytes {
                if isEscaped {
                    isEscaped = false
                } else if isText {
                    if byte == UInt8(ascii: "\\") { isEscaped = true }
                    if byte == UInt8(ascii: "\"") { isText = false }
                } else {
                    switch byte {
                    case UInt8(ascii: "\""): isText = true
                    case UInt8(ascii: "{"), UInt8(ascii: "["):
                        depth += 1
                        isTooDeep = isTooDeep || depth > self.maximumDepth
                    case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                    default: break
                    }
                }
            }
        }
        if isTooDeep { throw self.tooDeep }
    }
}
