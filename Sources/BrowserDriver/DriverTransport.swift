import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Carries commands to a chromedriver.
struct DriverTransport: Sendable {
    let client: HTTPClient
    let base: String

    func send(_ method: String, _ path: String, _ body: Data?) async throws -> Data {
        var request = HTTPClientRequest(url: self.base + path)
        request.method = HTTPMethod(rawValue: method)
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(body)
        }
        let response = try await self.client.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 64 * 1024 * 1024)
        return Data(bytes.readableBytesView)
    }
}
