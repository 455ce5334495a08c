import Domain
import Foundation
import HTTPTypes
package import Hummingbird
import NIOCore

/// A form that a page or a script sent: urlencoded, multipart or JSON (spec 01 B22).
package struct FormBody: Sendable, Equatable {
    /// Last value of a name wins in JSON, the first one in the others.
    package var fields: [String: String]
    package var files: [MultipartPart]

    package init(fields: [String: String] = [:], files: [MultipartPart] = []) {
        self.fields = fields
        self.files = files
    }

    package subscript(name: String) -> String? { self.fields[name] }

    /// - Throws: `GateRefusal.invalidForm` for any other kind of body and for a damaged one,
    ///   `GateRefusal.bodyTooLarge`, and `MultipartError` for the limits on files.
    package static func read(
        _ request: Request,
        fieldLimit: Int = BodyLimit.small,
        files limits: MultipartLimits = .none
    ) async throws -> Self {
        let header = request.headers[.contentType] ?? ""
        let kind = header.split(separator: ";").first?.trimmingWhitespace().lowercased()
        switch kind {
        case "application/x-www-form-urlencoded":
            let body = try await request.bodyBytes(upTo: fieldLimit)
            return Self(fields: try self.urlencoded(String(decoding: body.readableBytesView, as: UTF8.self)))
        case "application/json":
            guard let object = try await request.jsonObject(upTo: fieldLimit) else { throw GateRefusal.invalidForm }
            return Self(fields: object.compactMapValues(Self.text))
        case "multipart/form-data":
            guard let boundary = MultipartBoundary(contentType: header) else { throw GateRefusal.invalidForm }
            return try await self.multipart(request, boundary: boundary, limits: limits)
        default:
            throw GateRefusal.invalidForm
        }
    }

    /// JSON values that a form field could have been; objects and arrays stay JSON text.
    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .null: nil
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        // A number or container always encodes; if it did not, the field would be absent.
        case .number, .array, .object: (try? value.encoded()).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    static func urlencoded(_ text: String) throws(GateRefusal) -> [String: String] {
        var fields: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = self.decoded(parts[0]), let value = self.decoded(parts.count == 2 ? parts[1] : "") else {
                throw .invalidForm
            }
            if fields[name] == nil { fields[name] = value }
        }
        return fields
    }

    private static func decoded(_ text: Substring) -> String? {
        text.replacingOccurrences(of: "+", with: " ").removingPercentEncoding
    }

    private static func multipart(
        _ request: Request,
        boundary: MultipartBoundary,
        limits: MultipartLimits
    ) async throws -> Self {
        var form = Self()
        var parser = MultipartParser(boundary: boundary, limits: limits)
        do {
            var chunks = request.body.makeAsyncIterator()
            while let chunk = try await Self.next(&chunks) {
                form.take(try parser.consume(chunk))
            }
            form.take(try parser.finish())
        } catch MultipartError.malformed {
            throw GateRefusal.invalidForm
        }
        return form
    }

    /// Whatever breaks a body comes from the other end.
    private static func next(_ chunks: inout RequestBody.AsyncIterator) async throws -> ByteBuffer? {
        do {
            return try await chunks.next()
        } catch let cancellation as CancellationError {
            throw cancellation
        } catch {
            throw GateRefusal.bodyInterrupted
        }
    }

    private mutating func take(_ parts: [MultipartPart]) {
        for part in parts {
            if part.fileName != nil {
                self.files.append(part)
            } else if self.fields[part.name] == nil {
                self.fields[part.name] = String(decoding: part.bytes.readableBytesView, as: UTF8.self)
            }
        }
    }
}
