import Application
import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import Synchronization
import Testing
import WebAPI

@Suite("Files of an app")
struct AppFilesTests {
    @Test("draft files are what lies in the workspace, with the saved artifact, deletions included")
    func draftFilesAreWhatLiesInTheWorkspace() async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        let files = world.path(of: app) + "/files"
        #expect(try await world.send(.get, files + "?version=draft", as: .member).json?["files"] == .null)
        try await world.save(["src/App.tsx": "old", "src/gone.ts": "x", "dist/index.html": "<p>"], to: app)
        let saved = try await world.send(.get, files + "?version=draft", as: .member)
        #expect(Self.paths(saved) == ["dist/index.html", "src/App.tsx", "src/gone.ts"])
        let live = try #require(SourcePath("src/App.tsx"))
        let liveArtifact = try #require(SourcePath("dist/index.html"))
        world.worker.set(
            [SourceFile(path: live, bytes: Data("new".utf8)), SourceFile(path: liveArtifact, bytes: Data("<b>".utf8))],
            of: app.id
        )
        let overlaid = try await world.send(.get, files + "?version=draft", as: .member)
        #expect(Self.paths(overlaid) == ["dist/index.html", "src/App.tsx"])
        #expect(overlaid.json?["version"]?.string == "draft")
        let content = files + "/content?version=draft&path="
        #expect(try await world.send(.get, content + "src/App.tsx", as: .member).text == "new")
        #expect(try await world.send(.get, content + "dist/index.html", as: .member).text == "<p>")
        for path in ["src/gone.ts", "../secret", "/etc/passwd", "src//App.tsx", "src%5CApp.tsx", "", "%00"] {
            let response = try await world.send(.get, content + path, as: .member)
            #expect(response.code == "file_not_found", "\(path)")
        }
        let first = try await world.send(.get, content + "src/App.tsx", as: .member)
        #expect(first.headers[.contentType] == "text/plain; charset=utf-8")
        #expect(first.headers[.contentSecurityPolicy] == "default-src 'none'; sandbox")
        let etag = try #require(first.headers[.eTag])
        let unchanged = try await world.send(
            .get,
            content + "src/App.tsx",
            as: .member,
            headers: [.ifNoneMatch: etag]
        )
        #expect(unchanged.status == .notModified)
        world.worker.state.withLock { $0.refusal = .unreachable }
        #expect(Self.paths(try await world.send(.get, files + "?version=draft", as: .member)).count == 3)
    }

    static func paths(_ response: TestResponse) -> [String] {
        response.json?["files"]?.array?.compactMap { $0["path"]?.string } ?? []
    }
}
