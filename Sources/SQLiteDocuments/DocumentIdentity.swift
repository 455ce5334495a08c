import Documents
import Foundation

/// Finds the `_id` of a document on its way in.
enum DocumentIdentity {
    private struct Identified: Decodable {
        let id: String

        enum CodingKeys: String, CodingKey {
            case id = "_id"
        }
    }

    static func read(from document: Data) throws -> String {
        do {
            return try JSONDecoder().decode(Identified.self, from: document).id
        } catch {
            throw DocumentStoreError.malformed("A document is a JSON object with a text _id.")
        }
    }
}
