import Domain
import Foundation
package import HTTPTypes
package import Hummingbird
import NIOCore

/// JSON responses.
///
/// Hot routes hand in bytes they wrote themselves; the rest hands in a value.
package enum JSONAnswer {
    package static func response(
        _ value: some Encodable,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let encoder = Foundation.JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return self.response(bytes: ByteBuffer(bytes: try encoder.encode(value)), status: status)
    }

    package static func response(bytes: ByteBuffer, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8", .contentLength: String(bytes.readableBytes)],
            body: .init(byteBuffer: bytes)
        )
    }

    /// `{"error": code, "message": sentence}`; codes and sentences are our own plain text.
    package static func response(_ answer: ErrorAnswer) -> Response {
        let text = #"{"error":"\#(answer.code)","message":"\#(answer.sentence)"}"#
        return self.response(bytes: ByteBuffer(string: text), status: answer.status)
    }

    package static let ok = ByteBuffer(string: #"{"ok":true}"#)
}
