import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import WebGate
import WebUI

/// The pages as they are sent: to whom, with which status, words and headers.
@Suite
struct PageTests {
    struct Visit: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var path: String
        var by: String?
        var status: HTTPResponse.Status = .ok
        var contains: [String] = []
        var lacks: [String] = []
        var location: String?
    }

    static let visits = [
        Visit(
            testDescription: "a stranger is led to the intro",
            path: "/",
            status: .temporaryRedirect,
            location: "/onboarding/intro"
        ),
        Visit(
            testDescription: "the intro",
            path: "/onboarding/intro",
            contains: ["<h1", "Step 1 of 4", "/onboarding/identity"]
        ),
        Visit(
            testDescription: "who are you",
            path: "/onboarding/identity",
            contains: ["name=\"displayName\"", "autocomplete=\"email\"", "no password", "(optional)"],
            lacks: ["role=\"alert\""]
        ),
        Visit(
            testDescription: "a refused identity is shown again with the reason",
            path: "/onboarding/identity?error=invalid_identity",
            contains: ["role=\"alert\"", "2 to 80 characters"]
        ),
        Visit(
            testDescription: "an unknown reason is never repeated",
            path: "/onboarding/identity?error=%3Cscript%3Ealert(1)%3C/script%3E",
            contains: ["role=\"alert\""],
            lacks: ["alert(1)"]
        ),
        Visit(
            testDescription: "a person without a workspace names one",
            path: "/onboarding/workspace",
            by: "new",
            contains: ["name=\"workspaceName\"", "Step 3 of 4"]
        ),
        Visit(
            testDescription: "home",
            path: "/w/acme",
            by: "ada",
            contains: [
                "data-testid=\"composer\"", "data-testid=\"sidebar\"", "data-testid=\"app-row\"",
                "data-state=\"working\"",
                "<main id=\"main\"", "What should we build, Ada?", "claude-code:claude-opus-4-8",
            ],
            lacks: ["demo-banner", "{{"]
        ),
        Visit(
            testDescription: "an owner may rename the workspace",
            path: "/w/acme",
            by: "ada",
            contains: ["data-dialog=\"rename-workspace\"", "id=\"rename-workspace-dialog\""]
        ),
        Visit(
            testDescription: "a member sees an empty sidebar in words",
            path: "/w/acme",
            by: "bo",
            contains: ["Apps you build appear here."],
            lacks: ["Recent apps", "Lead tracker", "rename-workspace"]
        ),
        Visit(
            testDescription: "a prompt in the address fills the box and is escaped",
            path: "/w/acme?prompt=%3C/textarea%3E%3Cb%3Ehi",
            by: "ada",
            contains: ["&lt;/textarea&gt;&lt;b&gt;hi</textarea>"]
        ),
        Visit(
            testDescription: "settings lead to their page",
            path: "/w/acme/settings",
            by: "ada",
            status: .temporaryRedirect,
            location: "/w/acme/settings/runtime-settings"
        ),
        Visit(
            testDescription: "an owner may move the switches",
            path: "/w/acme/settings/runtime-settings",
            by: "ada",
            contains: ["data-testid=\"setting-switch\"", "checked"],
            lacks: ["disabled", "Only admins"]
        ),
        Visit(
            testDescription: "a member reads why not",
            path: "/w/acme/settings/runtime-settings",
            by: "bo",
            contains: ["disabled", "Only admins and owners"]
        ),
        Visit(
            testDescription: "agents",
            path: "/w/acme/settings/runtimes",
            by: "ada",
            contains: ["data-runtime=\"codex-cli\""]
        ),
        Visit(
            testDescription: "what is not there is said inside the frame",
            path: "/w/acme/nowhere/at/all",
            by: "ada",
            status: .notFound,
            contains: ["There is nothing here", "data-testid=\"sidebar\"", "href=\"/w/acme\""]
        ),
        Visit(
            testDescription: "an app that is not there is said inside the frame",
            path: "/w/acme/apps/ffffffffffffffffffffffff",
            by: "ada",
            status: .notFound,
            contains: ["There is nothing here", "data-testid=\"sidebar\""]
        ),
        Visit(
            testDescription: "a malformed app is not there either",
            path: "/w/acme/apps/..%2Fx",
            by: "ada",
            status: .notFound,
            contains: ["There is nothing here", "data-testid=\"sidebar\""]
        ),
        Visit(
            testDescription: "a foreign workspace is not there",
            path: "/w/other",
            by: "ada",
            status: .notFound,
            contains: ["There is nothing here"],
            lacks: ["data-testid=\"sidebar\""]
        ),
        Visit(
            testDescription: "a malformed workspace is not there either",
            path: "/w/%20",
            by: "ada",
            status: .notFound
        ),
    ]

    @Test(arguments: visits)
    func isShown(_ visit: Visit) async throws {
        try await PagesUnderTest().application().test(.router) { client in
            try await client.execute(uri: visit.path, method: .get, headers: Self.headers(visit.by)) { response in
                let html = String(buffer: response.body)
                #expect(response.status == visit.status)
                for text in visit.contains { #expect(html.contains(text), "\(text)") }
                for text in visit.lacks { #expect(!html.contains(text), "\(text)") }
                if let location = visit.location { #expect(response.headers[.location] == location) }
                if response.headers[.contentType]?.hasPrefix("text/html") == true {
                    #expect(response.headers[.contentSecurityPolicy] == PageSecurity.contentPolicy)
                    #expect(response.headers[.own("cross-origin-opener-policy")] == "same-origin")
                }
                guard response.status == .ok else { return }
                #expect(response.headers[.cacheControl] == "no-store")
                #expect(response.headers[.xContentTypeOptions] == "nosniff")
                #expect(html.hasPrefix("<!doctype html>\n<html lang=\"en\" class=\"theme-system\">"))
                #expect(html.components(separatedBy: "<h1").count == 2, "one heading of the first level")
                #expect(html.contains("href=\"#main\"") && html.contains("id=\"main\""))
            }
        }
    }

    /// Every status that draws a page for a person, where pages are and where they are not.
    @Test(arguments: [
        "/", "/nowhere", "/w/acme", "/w/other", "/w/acme/nowhere", "/w/acme/apps/nowhere", "/onboarding/nowhere",
        "/assets/none/x.css", "/preview/none/", "/w/%20", "/w/acme/apps/%00", "/..", "/w/acme/settings/nowhere",
    ])
    func everyAnswerInHTMLHasThePolicy(_ path: String) async throws {
        try await PagesUnderTest().application().test(.router) { client in
            for person in [nil, "ada", "new"] {
                for method in [HTTPRequest.Method.get, .post, .delete] {
                    try await client.execute(uri: path, method: method, headers: Self.headers(person)) { response in
                        guard response.headers[.contentType]?.hasPrefix("text/html") == true else { return }
                        let isFramed = path.hasPrefix("/preview")
                        #expect(
                            response.headers[.contentSecurityPolicy]
                                == (isFramed ? PageSecurity.framedPolicy : PageSecurity.contentPolicy),
                            "\(method) \(path) \(response.status)"
                        )
                    }
                }
            }
        }
    }

    @Test(arguments: ["<script>alert(1)</script>", "\"><img src=x>", "'; --", "\u{202E}evil", "{{workspaceID}}"])
    func hostileNamesStayText(_ name: String) async throws {
        var pages = try PagesUnderTest()
        pages.appName = name
        pages.workspaceName = name
        try await pages.application().test(.router) { client in
            try await client.execute(uri: "/w/acme", method: .get, headers: Self.headers("ada")) { response in
                let html = String(buffer: response.body)
                #expect(response.status == .ok)
                #expect(!html.contains("<script>alert"))
                #expect(!html.contains("\"><img"))
                #expect(!html.contains(">acme<"), "a template in a name is not filled")
            }
        }
    }

    @Test
    func thePromptIsCutAtItsLimit() async throws {
        let text = String(repeating: "p", count: 10_001)
        try await PagesUnderTest().application().test(.router) { client in
            try await client.execute(uri: "/w/acme?prompt=\(text)", method: .get, headers: Self.headers("ada")) {
                response in
                let html = String(buffer: response.body)
                #expect(html.contains(">" + text.dropLast() + "</textarea>"))
            }
        }
    }

    @Test
    func everyPageOfADemoSaysSo() async throws {
        try await PagesUnderTest(isDemo: true).application().test(.router) { client in
            for (path, person) in [
                ("/onboarding/intro", nil), ("/w/acme", "ada"), ("/w/acme/gone", "ada"), ("/w/no", "ada"),
            ] {
                try await client.execute(uri: path, method: .get, headers: Self.headers(person)) { response in
                    #expect(String(buffer: response.body).contains("data-testid=\"demo-banner\""), "\(path)")
                }
            }
        }
    }

    @Test
    func theSidebarAndThemeAreDrawnAsTheBrowserRemembers() async throws {
        try await PagesUnderTest().application().test(.router) { client in
            var headers = Self.headers("ada")
            headers[.cookie] = "second_no_auth_session=ada; second_sidebar=hidden"
            try await client.execute(uri: "/w/acme", method: .get, headers: headers) { response in
                #expect(String(buffer: response.body).contains("data-state=\"hidden\""))
            }
            headers[.cookie] = "second_theme=dark"
            try await client.execute(uri: "/onboarding/intro", method: .get, headers: headers) { response in
                #expect(String(buffer: response.body).contains("class=\"theme-dark\""))
            }
        }
    }

    @Test
    func filesAreKeptForEverUnderTheirHashOnly() async throws {
        let pages = try PagesUnderTest()
        let address = pages.kit.assets.address
        try await pages.application().test(.router) { client in
            var tag = ""
            try await client.execute(uri: "\(address)/modules/onboarding/form.js", method: .get) { response in
                #expect(response.status == .ok)
                #expect(response.headers[.contentType] == "text/javascript; charset=utf-8")
                #expect(response.headers[.cacheControl] == "public, max-age=31536000, immutable")
                tag = response.headers[.eTag] ?? ""
            }
            try await client.execute(
                uri: "\(address)/modules/onboarding/form.js",
                method: .get,
                headers: [.ifNoneMatch: tag]
            ) { response in
                #expect(response.status == .notModified)
                #expect(response.body.readableBytes == 0)
            }
            for path in [
                "/assets/0000000000000000/styles/base.css", "\(address)/templates/document.mustache",
                "\(address)/../Package.swift", "\(address)/%2e%2e/Package.swift", "\(address)/",
            ] {
                try await client.execute(uri: path, method: .get) { #expect($0.status == .notFound, "\(path)") }
            }
        }
    }

    private static func headers(_ person: String?) -> HTTPFields {
        var headers: HTTPFields = [.accept: "text/html"]
        if let person { headers[.cookie] = "second_no_auth_session=\(person)" }
        return headers
    }
}
