import CMongo
import Documents
import Foundation

/// One connection, lent by `MongoConnection` for the time of a closure.
struct MongoClient {
    enum Intent {
        case read
        case write
    }

    let handle: OpaquePointer

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    /// Runs a command; reads and single writes are tried once more when the connection breaks.
    /// - Throws: `MongoFault`.
    func run(_ command: BSON, on database: String, _ intent: Intent) throws -> BSONDocument {
        try BSONDocument(command).lend { command in
            var error = bson_error_t()
            // 128 bytes at 128 are what libmongoc asks of whoever brings the memory.
            let memory = UnsafeMutableRawPointer.allocate(byteCount: 128, alignment: 128)
            defer { memory.deallocate() }
            let reply = OpaquePointer(memory)
            let isDone =
                switch intent {
                case .read:
                    mongoc_client_read_command_with_opts(self.handle, database, command, nil, nil, reply, &error)
                case .write:
                    mongoc_client_write_command_with_opts(self.handle, database, command, nil, reply, &error)
                }
            defer { bson_destroy(reply) }
            guard isDone else { throw MongoFault(error) }
            return BSONDocument(copying: reply)
        }
    }

    func insert(_ document: BSONDocument, into collection: String, of database: String) throws {
        try self.withCollection(collection, of: database) { collection in
            try document.lend { document in
                // Our writer makes sound documents; libmongoc would look at every name again.
                try BSONDocument(["validate": false]).lend { options in
                    var error = bson_error_t()
                    guard mongoc_collection_insert_one(collection, document, options, nil, &error) else {
                        throw MongoFault(error)
                    }
                }
            }
        }
    }

    /// Calls the body with each document that is found, in order.
    func find(
        _ filter: BSON,
        options: BSON,
        in collection: String,
        of database: String,
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try self.withCollection(collection, of: database) { collection in
            try BSONDocument(filter).lend { filter in
                try BSONDocument(options).lend { options in
                    guard let cursor = mongoc_collection_find_with_opts(collection, filter, options, nil) else {
                        throw MalformedBSON()
                    }
                    defer { mongoc_cursor_destroy(cursor) }
                    var document: OpaquePointer?
                    while mongoc_cursor_next(cursor, &document) {
                        guard let document else { continue }
                        try Self.bytes(of: document, body)
                    }
                    var error = bson_error_t()
                    if mongoc_cursor_error(cursor, &error) { throw MongoFault(error) }
                }
            }
        }
    }

    func withCollection<Result>(
        _ name: String,
        of database: String,
        _ body: (OpaquePointer) throws -> Result
    ) throws -> Result {
        guard let collection = mongoc_client_get_collection(self.handle, database, name) else { throw MalformedBSON() }
        defer { mongoc_collection_destroy(collection) }
        return try body(collection)
    }

    /// The bytes of a document that libmongoc owns, for the time of the body.
    static func bytes<Result>(
        of document: OpaquePointer,
        _ body: (UnsafeRawBufferPointer) throws -> Result
    ) throws -> Result {
        guard let start = bson_get_data(document) else { throw MalformedBSON() }
        let length = UInt32(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt32.self))
        return try body(UnsafeRawBufferPointer(start: start, count: Int(length)))
    }
}
