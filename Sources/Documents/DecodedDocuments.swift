import Foundation
import Synchronization

/// Values of documents that were read a moment ago, by the documents' own bytes.
///
/// A list decodes the same twenty documents on every request, and the gate the same person: decoding costs more than
/// reading. Equal bytes decode to equal values, so nothing here can be stale. Large documents are not kept.
final class DecodedDocuments<Entity: Sendable>: Sendable {
    /// Together with the size limit this bounds a collection's share to one or two megabytes.
    static var maximumCount: Int { 256 }
    static var maximumBytes: Int { 4096 }

    private let values = Mutex<[Data: Entity]>([:])

    func value(of document: Data, decode: (Data) throws -> Entity) rethrows -> Entity {
        guard document.count <= Self.maximumBytes else { return try decode(document) }
        if let known = self.values.withLock({ $0[document] }) { return known }
        let value = try decode(document)
        self.values.withLock { values in
            if values.count >= Self.maximumCount { values.removeAll(keepingCapacity: true) }
            values[document] = value
        }
        return value
    }

    /// For tests.
    var count: Int { self.values.withLock { $0.count } }
}
