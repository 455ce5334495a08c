package import NIOCore

/// One part of a `multipart/form-data` body.
package struct MultipartPart: Sendable, Equatable {
    package var name: String
    /// As the browser gave it, not cleaned; `nil` for a plain field.
    package var fileName: String?
    package var contentType: String?
    package var bytes: ByteBuffer

    package init(name: String, fileName: String? = nil, contentType: String? = nil, bytes: ByteBuffer) {
        self.name = name
        self.fileName = fileName
        self.contentType = contentType
        self.bytes = bytes
    }
}

/// How much of a multipart body is taken.
package struct MultipartLimits: Sendable, Equatable {
    package var maximumFiles: Int
    package var maximumFileBytes: Int
    /// All files together.
    package var maximumTotalBytes: Int
    /// One plain field, and all fields together sixteen times that.
    package var maximumFieldBytes: Int

    package init(maximumFiles: Int, maximumFileBytes: Int, maximumTotalBytes: Int, maximumFieldBytes: Int = 65_536) {
        self.maximumFiles = maximumFiles
        self.maximumFileBytes = maximumFileBytes
        self.maximumTotalBytes = maximumTotalBytes
        self.maximumFieldBytes = maximumFieldBytes
    }

    /// Fields only.
    package static let none = Self(maximumFiles: 0, maximumFileBytes: 0, maximumTotalBytes: 0)
}

/// Why a multipart body is refused; reading stops at once.
package enum MultipartError: Error, Sendable, Equatable {
    case malformed
    case tooManyFiles
    case fileTooLarge
    case totalTooLarge
    case fieldTooLarge
}

/// The text between the parts, from the `Content-Type` header.
package struct MultipartBoundary: Sendable, Equatable {
    package let rawValue: String

    /// 1–70 characters of the set of RFC 2046 §5.1.1.
    package init?(contentType: String) {
        let parameters = contentType.split(separator: ";").dropFirst()
        for parameter in parameters {
            let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, pair[0].filter({ $0 != " " }).lowercased() == "boundary" else { continue }
            var value = pair[1][...]
            while value.last == " " { value.removeLast() }
            while value.first == " " { value.removeFirst() }
            if value.count >= 2, value.first == "\"", value.last == "\"" { value = value.dropFirst().dropLast() }
            self.init(String(value))
            return
        }
        return nil
    }

    init?(_ text: String) {
        let isClean = text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "'()+_,-./:=? ".utf8.contains(byte)
        }
        guard (1...70).contains(text.utf8.count), isClean, text.last != " " else { return nil }
        self.rawValue = text
    }
}
