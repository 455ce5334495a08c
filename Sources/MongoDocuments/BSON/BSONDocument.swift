import CMongo

/// The bytes of one BSON document.
struct BSONDocument: Equatable, Sendable {
    static let empty = BSONDocument([:])

    /// What MongoDB keeps at most, less room for its own command.
    static let maximumBytes = 16_777_216 - 16_384

    let bytes: [UInt8]

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// - Parameter value: A document.
    init(_ value: BSON) {
        if case .encoded(let document) = value {
            self = document
            return
        }
        var writer = BSONWriter()
        for member in value.members ?? [] { writer.append(member.name, member.value) }
        self = writer.finish()
    }

    /// The document with dates behind its members.
    func adding(_ dates: [(String, Int64)]) -> BSONDocument {
        guard !dates.isEmpty else { return self }
        var writer = BSONWriter(continuing: self)
        for (name, milliseconds) in dates { writer.append(name, date: milliseconds) }
        return writer.finish()
    }

    /// What libmongoc holds at this place, copied.
    init(copying pointer: OpaquePointer) {
        guard let start = bson_get_data(pointer) else {
            self.init(bytes: [])
            return
        }
        let length = UnsafeRawPointer(start).loadUnaligned(as: UInt32.self)
        self.init(bytes: Array(UnsafeBufferPointer(start: start, count: Int(UInt32(littleEndian: length)))))
    }

    /// Lends the document to libmongoc for the time of the call.
    func lend<Result>(_ body: (OpaquePointer) throws -> Result) throws -> Result {
        try self.bytes.withUnsafeBufferPointer { buffer in
            guard let pointer = bson_new_from_data(buffer.baseAddress, buffer.count) else { throw MalformedBSON() }
            defer { bson_destroy(pointer) }
            return try body(pointer)
        }
    }

    /// The whole document as a value, for answers; big members are better read with `BSONReader`.
    func decoded() throws -> BSON {
        try self.bytes.withUnsafeBytes { bytes in try BSONReader(bytes).value() }
    }
}

/// Bytes that are no BSON; the server or the wire is broken.
struct MalformedBSON: Error {}
