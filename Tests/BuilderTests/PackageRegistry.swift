import Crypto
import Domain
import Foundation
import Hummingbird
import Logging
import NIOCore

/// A package registry on loopback with a few packages, which counts what it is asked for.
struct PackageRegistry: Sendable {
    struct Package: Sendable {
        let name: String
        let version: String
        let archive: Data

        /// A gzipped tar with everything under `package/`, as registries serve it.
        init(name: String, version: String, files: [String: String], in folder: URL) throws {
            self.name = name
            self.version = version
            let root = folder.appending(path: "made-\(name.replacing("/", with: "-"))")
            for (path, text) in files {
                let file = root.appending(path: "package/" + path)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data(text.utf8).write(to: file)
            }
            let archive = root.appending(path: "package.tgz")
            let tar = Process()
            tar.executableURL = URL(filePath: "/usr/bin/env")
            tar.arguments = ["tar", "-czf", archive.path, "-C", root.path, "package"]
            try tar.run()
            tar.waitUntilExit()
            self.archive = try Data(contentsOf: archive)
        }

        func document(base: String) -> String {
            let integrity = "sha512-" + Data(SHA512.hash(data: self.archive)).base64EncodedString()
            return """
                {"name":"\(self.name)","dist-tags":{"latest":"\(self.version)"},"versions":{"\(self.version)":{"name":"\(self.name)",\
                "version":"\(self.version)","dist":{"tarball":"\(base)/-/\(self.name)-\(self.version).tgz","integrity":"\(integrity)"}}}}
                """
        }
    }

    /// Serves the packages while the body runs; it gets the registry's address.
    static func with<Result: Sendable>(
        _ packages: [Package],
        _ body: @Sendable @escaping (URL) async throws -> Result
    ) async throws -> Result {
        let folder = URL.temporaryDirectory.appending(path: "registry-\(RandomBytes.live.take(8).hexadecimal)")
        defer { try? FileManager.default.removeItem(at: folder) }  // A folder that stays behind harms nobody.
        // Every app gets it.
        let packages =
            try packages + [
                Package(
                    name: "@types/node",
                    version: "20.19.0",
                    files: ["package.json": #"{"name":"@types/node","version":"20.19.0","types":"index.d.ts"}"#],
                    in: folder
                )
            ]
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let router = Router()
        router.get("**") { request, context in
            let base = "http://\(request.head.authority ?? "127.0.0.1")"
            let path = request.uri.path.removingPercentEncoding ?? ""
            for package in packages {
                if path == "/" + package.name {
                    return Response(
                        status: .ok,
                        headers: [.contentType: "application/json"],
                        body: .init(byteBuffer: ByteBuffer(string: package.document(base: base)))
                    )
                }
                if path == "/-/\(package.name)-\(package.version).tgz" {
                    return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: package.archive)))
                }
            }
            return Response(status: .notFound)
        }
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                continuation.yield(channel.localAddress?.port ?? 0)
            },
            logger: Logger(label: "registry") { _ in SwiftLogNoOpLogHandler() }
        )
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                try await application.run()
                return nil
            }
            group.addTask {
                for await port in ports {
                    guard let url = URL(string: "http://127.0.0.1:\(port)/") else { continue }
                    return try await body(url)
                }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}
