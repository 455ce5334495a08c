import Documents
import Foundation

/// One event of a change stream.
struct ChangeEvent {
    enum Meaning {
        case change(DocumentChange)
        /// Nothing for our readers.
        case nothing
        /// The collection is gone or renamed: the stream ends.
        case end
    }

    /// Reads an event and keeps what later ones may need.
    static func read(_ bytes: UnsafeRawBufferPointer, _ recent: inout RecentDocuments) throws -> Meaning {
        guard let kind = try BSONReader(bytes).member("operationType"), kind.kind == BSONKind.string else {
            return .nothing
        }
        let name = String(decoding: kind.text, as: UTF8.self)
        if ["drop", "rename", "dropDatabase", "invalidate"].contains(name) { return .end }
        guard let key = try BSONReader(bytes).member("documentKey"), key.kind == BSONKind.document,
            let id = try BSONReader(key.content).member("_id"), id.kind == BSONKind.string
        else { return .nothing }
        let text = String(decoding: id.text, as: UTF8.self)
        if name == "delete" {
            recent.forget(text)
            return .change(.delete(id: text))
        }
        guard let document = try Self.document(bytes, text, &recent) else { return .nothing }
        return .change(name == "insert" ? .insert(id: text, document: document) : .update(id: text, document: document))
    }

    /// The document of an event.
    ///
    /// When it is gone by now, its last known state with this change; when there is none, the
    /// event is left out: its deletion follows.
    private static func document(
        _ bytes: UnsafeRawBufferPointer,
        _ id: String,
        _ recent: inout RecentDocuments
    ) throws -> Data? {
        if let full = try BSONReader(bytes).member("fullDocument"), full.kind == BSONKind.document {
            recent.note(id, try BSONReader(full.content).value(), bytes: full.content.count)
            return try JSONText.data(of: full.content)
        }
        let description = try BSONReader(bytes).member("updateDescription")
        let change = try description.map { try BSONReader($0.content).value() }
        guard let document = recent.apply(change, to: id) else { return nil }
        return try BSONDocument(document).bytes.withUnsafeBytes { try JSONText.data(of: $0) }
    }
}
