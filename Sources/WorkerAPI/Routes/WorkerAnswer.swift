import Domain
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers of the worker: JSON, and `{"error":"<code>"}` for everything that is refused (spec 03 §2).
enum WorkerAnswer {
    static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) throws -> Response {
        let bytes = ByteBuffer(bytes: try value.encoded())
        return Response(
            status: status,
            headers: [
                .contentType: "application/json", .contentLength: String(bytes.readableBytes),
                .cacheControl: "no-store",
            ],
            body: .init(byteBuffer: bytes)
        )
    }

    static func error(_ code: String, _ status: HTTPResponse.Status) throws -> Response {
        try self.json(["error": .string(code)], status: status)
    }
}
