import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

@testable import Builder

/// Serves one built app on loopback: `/host` is a page with a sandboxed frame, `/preview/t/` what is in it.
enum PreviewServer {
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        + "font-src 'self' data:; connect-src 'none'; form-action 'none'; base-uri 'none'"

    private static let host = """
        <!doctype html><title>Host</title>
        <style>html,body{margin:0;height:100%}iframe{border:0;width:100%;height:100%;display:block}</style>
        <script>
          window.received = [];
          addEventListener("message", (event) => {
            if (event.source === document.querySelector("iframe").contentWindow) received.push(event.data);
          });
        </script>
        <iframe title="Preview" sandbox="allow-scripts allow-modals allow-forms" src="/preview/t/"></iframe>
        """

    static func with<Result: Sendable>(
        _ build: CompletedBuild,
        toolchain: Toolchain,
        _ body: @Sendable @escaping (String) async throws -> Result
    ) async throws -> Result {
        var files: [String: Data] = [:]
        for file in build.snapshot.files where file.path.rawValue.hasPrefix("dist/") {
            files["/preview/t/" + file.path.rawValue.dropFirst("dist/".count)] = file.bytes
        }
        files["/preview/t/"] = PreviewDocument.make(
            index: files["/preview/t/index.html"] ?? Data(),
            policy: self.policy
        )
        files["/preview/t/" + PreviewDocument.bridgePath] = try toolchain.previewBridge()
        files["/host"] = Data(self.host.utf8)
        return try await LoopbackServer.with(files.mapValues { ByteBuffer(bytes: $0) }, body)
    }
}

/// Serves bytes by path on a free port of 127.0.0.1 while the body runs; it gets the address without a slash.
enum LoopbackServer {
    static func with<Result: Sendable>(
        _ files: [String: ByteBuffer],
        _ body: @Sendable @escaping (String) async throws -> Result
    ) async throws -> Result {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let router = Router()
        router.get("**") { request, _ in
            let path = request.uri.path
            guard let file = files[path] else { return Response(status: .notFound) }
            var headers: HTTPFields = [.contentType: self.kind(of: path)]
            // Module scripts of a sandboxed document come from an opaque origin.
            headers[.accessControlAllowOrigin] = "*"
            return Response(status: .ok, headers: headers, body: .init(byteBuffer: file))
        }
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in continuation.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "preview") { _ in SwiftLogNoOpLogHandler() }
        )
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await application.run()
                return nil
            }
            group.addTask {
                for await port in ports { return try await body("http://127.0.0.1:\(port)") }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    private static func kind(of path: String) -> String {
        if path.hasSuffix(".js") { return "text/javascript" }
        if path.hasSuffix(".css") { return "text/css" }
        if path.hasSuffix(".svg") { return "image/svg+xml" }
        return "text/html; charset=utf-8"
    }
}
