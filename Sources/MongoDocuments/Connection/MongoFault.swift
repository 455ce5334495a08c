import CMongo
import Documents

/// What libmongoc or the server said went wrong.
struct MongoFault: Error, CustomStringConvertible {
    let domain: UInt32
    let code: Int
    private let message: String

    init(_ error: bson_error_t) {
        self.domain = error.domain
        self.code = Int(error.code)
        self.message = withUnsafeBytes(of: error.message) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
    }

    init(code: Int, message: String) {
        self.domain = MONGOC_ERROR_SERVER.rawValue
        self.code = code
        self.message = message
    }

    /// One line for the operator: what the server shows of documents begins with a brace and stays out.
    var description: String {
        Credentials.stripped(from: String(self.message.prefix { $0 != "{" && $0 != "\n" }.prefix(300)))
            + " (MongoDB error \(self.code))"
    }

    private var isOfServer: Bool { self.domain == MONGOC_ERROR_SERVER.rawValue }

    func isServerCode(_ codes: Int...) -> Bool { self.isServerCode(codes) }

    func isServerCode(_ codes: [Int]) -> Bool { self.isOfServer && codes.contains(self.code) }

    /// The port's error, or this one when it means a fault of ours.
    var refusal: any Error {
        if self.isDuplicate { return DocumentStoreError.duplicate(index: self.violatedIndex) }
        if self.isServerCode(10334, 17419, 17420) {
            return DocumentStoreError.tooLarge(bytes: 16_777_216)
        }
        if self.isServerCode(2, 9, 14, 28, 40, 52, 56, 57, 66, 241, 16554, 28664) {
            return DocumentStoreError.malformed("The update does not fit the document.")
        }
        if self.isUnreachable { return DocumentStoreError.unavailable("MongoDB cannot be used now: \(self)") }
        return self
    }

    private var isDuplicate: Bool { self.isOfServer && [11000, 11001, 12582].contains(self.code) }

    /// The index that a duplicate violates: `… index: NAME dup key: …`; what stands behind comes from the document.
    private var violatedIndex: String {
        guard let start = self.message.firstRange(of: " index: ")?.upperBound else { return "_id" }
        let name = self.message[start...].prefix { $0 != " " }
        return name == "_id_" || name.isEmpty ? "_id" : String(name)
    }

    /// No connection, no primary, no right to enter, not enough members that confirm.
    private var isUnreachable: Bool {
        if self.isOfServer { return Self.passing.contains(self.code) }
        let domains = [
            MONGOC_ERROR_SERVER_SELECTION, MONGOC_ERROR_STREAM, MONGOC_ERROR_CLIENT, MONGOC_ERROR_SASL,
            MONGOC_ERROR_SCRAM, MONGOC_ERROR_WRITE_CONCERN, MONGOC_ERROR_POOL, MONGOC_ERROR_PROTOCOL,
        ]
        return domains.contains { $0.rawValue == self.domain }
    }

    /// Not primary, shutting down, host or network trouble, time is over, no right.
    private static let passing: Set<Int> = [
        6, 7, 13, 18, 50, 64, 89, 91, 100, 133, 134, 189, 262, 9001, 10058, 10107, 11600, 11602, 13388, 13435, 13436,
    ]
}
