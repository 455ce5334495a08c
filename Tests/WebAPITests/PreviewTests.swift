import Application
import Domain
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing
import WebAPI
import WebGate

@Suite("Previews")
struct PreviewTests {
    struct Shown: Sendable {
        var world: World
        var app: App
        var url: String
    }

    static func shown(
        files: [String: String] = ["dist/index.html": "<p>hi</p>", "dist/assets/a.js": "1", "src/a.ts": "secret"]
    )
        async throws -> Shown
    {
        let world = try await World.make()
        let app = try await world.makeApp().app
        try await world.save(files, to: app)
        let address = try await world.send(.get, world.path(of: app) + "/preview?version=draft", as: .member)
        return Shown(world: world, app: app, url: try #require(address.json?["url"]?.string))
    }

    @Test("the page and its files are served without a cookie, to be kept for ever, and reach nobody")
    func thePageAndItsFilesAreServed() async throws {
        let shown = try await Self.shown()
        let page = try await shown.world.send(.get, shown.url)
        #expect(page.status == .ok)
        #expect(page.headers[.contentType] == "text/html; charset=utf-8")
        #expect(page.headers[.cacheControl] == "private, max-age=31536000, immutable")
        #expect(page.headers[.own("x-dns-prefetch-control")] == "off")
        #expect(page.headers[.own("referrer-policy")] == "no-referrer")
        #expect(page.headers[.xContentTypeOptions] == "nosniff")
        #expect(page.text.hasSuffix("<p>hi</p>"))
        let policy = try #require(page.headers[.contentSecurityPolicy])
        let own = "http://localhost" + shown.url
        #expect(
            policy.split(separator: "; ").map(String.init) == [
                "default-src 'none'", "script-src \(own) 'unsafe-inline'", "style-src \(own) 'unsafe-inline'",
                "img-src \(own) data: blob:", "font-src \(own) data:", "media-src \(own) data: blob:",
                "connect-src 'none'", "worker-src 'none'", "frame-src 'none'", "object-src 'none'",
                "manifest-src 'none'", "form-action 'none'", "base-uri 'none'", "frame-ancestors 'self'",
                "sandbox allow-scripts allow-modals allow-forms allow-popups allow-popups-to-escape-sandbox",
            ]
        )
        #expect(page.headers[.own("connection-allowlist")] == #"(response-origin "*://*:*/*")"#)
        let script = try await shown.world.send(.get, shown.url + "assets/a.js")
        #expect(script.text == "1")
        #expect(script.headers[.contentType] == "text/javascript; charset=utf-8")
        #expect(script.headers[.accessControlAllowOrigin] == "*")
        let etag = try #require(script.headers[.eTag])
        let again = try await shown.world.send(.get, shown.url + "assets/a.js", headers: [.ifNoneMatch: etag])
        #expect(again.status == .notModified)
        #expect(try await shown.world.send(.get, shown.url + "__second/bridge.js").status == .ok)
        let bare = try await shown.world.send(.get, String(shown.url.dropLast()))
        #expect(bare.headers[.location] == shown.url)
    }

    @Test(
        "nothing outside the artifact can be reached",
        arguments: [
            "../src/a.ts", "..%2Fsrc%2Fa.ts", "%2e%2e/src/a.ts", "assets/../../src/a.ts", "src/a.ts", "assets%2Fa.js",
            "dist/index.html", "%00", "assets/a.js%00", "assets\\a.js", "/etc/passwd", "assets/", ".", "%",
        ]
    )
    func nothingOutsideTheArtifact(path: String) async throws {
        let shown = try await Self.shown()
        let response = try await shown.world.send(.get, shown.url + path)
        #expect(response.status == .notFound, "\(path)")
        #expect(!response.text.contains("secret"))
    }

    @Test("a token is good for its revision alone, and only as we wrote it")
    func aTokenIsGoodForItsRevisionAlone() async throws {
        let shown = try await Self.shown()
        let other = try await shown.world.save(["dist/index.html": "<p>other</p>"], to: shown.app)
        let token = String(shown.url.split(separator: "/")[1])
        let parts = token.split(separator: "~").map(String.init)
        var forged: [String] = []
        for (index, value) in [
            (0, "other"), (1, "aaaaaaaaaaaaaaaaaaaaaaaa"), (2, other.id.rawValue), (3, "0"), (4, "9999999999999"),
            (5, String(repeating: "0", count: 64)), (0, "ACME"), (3, "07"), (2, parts[2].uppercased()),
        ] {
            var changed = parts
            changed[index] = value
            forged.append(changed.joined(separator: "~"))
        }
        forged += [token + "~", "~" + token, token + "x", "x", "~~~~~", parts.dropLast().joined(separator: "~")]
        for text in forged where text != token {
            let response = try await shown.world.send(.get, "/preview/\(text)/")
            #expect(response.status == .notFound, "\(text)")
        }
        #expect(try await shown.world.send(.get, shown.url).text.hasSuffix("<p>hi</p>"))
    }

    @Test("an address lives between one and two hours")
    func anAddressLivesBetweenOneAndTwoHours() async throws {
        let shown = try await Self.shown()
        shown.world.clock.advance(by: .seconds(3599))
        #expect(try await shown.world.send(.get, shown.url).status == .ok)
        shown.world.clock.advance(by: .seconds(3601))
        let late = try await shown.world.send(.get, shown.url)
        #expect(late.status == .gone)
        #expect(late.code == "preview_expired")
    }

    @Test("with scripts off the policy and the sandbox forbid them")
    func withScriptsOff() async throws {
        let shown = try await Self.shown()
        let settings = #"{"allowIframeScripts":false,"allowIframeExternalLinks":false,"allowIframeClipboard":false}"#
        _ = try await shown.world.send(.patch, "/api/workspaces/acme/runtime-settings", as: .owner, json: settings)
        let address = try await shown.world.send(
            .get,
            shown.world.path(of: shown.app) + "/preview?version=draft",
            as: .member
        )
        let url = try #require(address.json?["url"]?.string)
        #expect(url != shown.url)
        #expect(address.json?["sandbox"]?.string == "allow-modals allow-forms")
        #expect(address.json?["allow"] == nil)
        let headers = try await shown.world.send(.get, url).headers
        #expect(headers[.own("connection-allowlist")] == "(response-origin)")
        let policy = try #require(headers[.contentSecurityPolicy])
        #expect(policy.contains("script-src 'none'"))
        #expect(policy.hasSuffix("sandbox allow-modals allow-forms"))
    }

    @Test("without an artifact there is nothing to show, and viewers get no drafts")
    func withoutAnArtifact() async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        let path = world.path(of: app) + "/preview"
        #expect(try await world.send(.get, path + "?version=draft", as: .member).code == "preview_not_found")
        try await world.save(["src/a.ts": "x"], to: app)
        #expect(try await world.send(.get, path + "?version=draft", as: .member).code == "preview_not_found")
        let revision = try await world.save(["dist/index.html": "x"], to: app)
        #expect(try await world.send(.get, path, as: .member).code == "preview_not_found")
        #expect(try await world.send(.get, path + "?version=\(revision.id)", as: .member).status == .ok)
        #expect(try await world.send(.get, path + "?version=\(revision.id)", as: .colleague).status == .notFound)
    }
}
