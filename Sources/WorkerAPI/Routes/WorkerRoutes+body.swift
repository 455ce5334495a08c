import Application
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension WorkerRoutes {
    static func body<Body: Decodable>(of request: Request, upTo limit: Int, _ code: String) async throws -> Body {
        var request = request
        return try self.decode(Body.self, try await self.read(&request, upTo: limit), code)
    }

    /// Reads the body, and leaves it in the request so that the connection can still be watched.
    static func read(_ request: inout Request, upTo limit: Int) async throws -> Data {
        if let length = request.headers[.contentLength].flatMap(Int.init), length > limit {
            throw HTTPError(.contentTooLarge)
        }
        do {
            return Data((try await request.collectBody(upTo: limit)).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw HTTPError(.contentTooLarge)
        }
    }

    /// A body of another shape is refused with the route's code.
    static func decode<Body: Decodable>(_ type: Body.Type, _ bytes: Data, _ code: String) throws -> Body {
        do {
            return try Foundation.JSONDecoder().decode(type, from: bytes)
        } catch {
            throw WorkerRefusal.invalidRequest(code: code)
        }
    }
}
