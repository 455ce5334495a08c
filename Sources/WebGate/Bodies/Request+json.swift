package import Domain
import Foundation
package import Hummingbird
import NIOCore

/// How much of a body a route reads.
package enum BodyLimit {
    /// Forms and small JSON: 64 KiB.
    package static let small = 65_536
    /// Chat posts carry the whole conversation: 16 MiB.
    package static let conversation = 16_777_216
}

extension Request {
    /// The body as a JSON object; `nil` when it is none, which routes answer with their own 400 (spec 01 §1, B22).
    ///
    /// - Throws: `GateRefusal.bodyTooLarge` beyond the limit.
    package func jsonObject(upTo limit: Int = BodyLimit.small) async throws -> [String: JSONValue]? {
        let bytes = try await self.bodyBytes(upTo: limit)
        // Not JSON: no object.
        guard let value = try? JSONValue(parsing: Data(bytes.readableBytesView)) else { return nil }
        return value.object
    }

    /// The body as a value of the route's own shape, `nil` when it does not fit.
    package func decodedJSON<Value: Decodable>(
        as type: Value.Type,
        upTo limit: Int = BodyLimit.small
    ) async throws -> Value? {
        let bytes = try await self.bodyBytes(upTo: limit)
        // Not of that shape: no value.
        return try? Foundation.JSONDecoder().decode(type, from: Data(bytes.readableBytesView))
    }

    package func bodyBytes(upTo limit: Int) async throws -> ByteBuffer {
        if let length = self.headers[.contentLength].flatMap(Int.init), length > limit {
            throw GateRefusal.bodyTooLarge
        }
        do {
            return try await self.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw GateRefusal.bodyTooLarge
        } catch let cancellation as CancellationError {
            throw cancellation
        } catch {
            // Whatever breaks a body comes from the other end; nobody here has to look.
            throw GateRefusal.bodyInterrupted
        }
    }

    /// One value of the query, percent-decoded.
    package func query(_ name: String) -> String? {
        self.uri.queryParameters[Substring(name)].map(String.init)
    }
}
