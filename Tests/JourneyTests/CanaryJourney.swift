import BrowserDriver
import Domain
import Foundation
import NIOHTTP1
import ScriptedModel
import Testing

/// A hostile app in the preview reaches nobody (spec 02 B16).
///
/// Every way out has a listener of its own. What gets through when a workspace lets apps open other sites is named in
/// `isWarmedUp`; docs/operations.md tells operators.
@Suite(
    .serialized,
    .enabled(if: Desk.hasBrowser, "chromedriver, Claude Code or the server is missing; set SECOND_CLAUDE_PATH.")
)
struct CanaryJourney {
    private static let frame = "[data-testid=preview-frame][data-ready]"

    /// Where a browser that may open any site warms up a connection, on which nothing is said, before it asks the policy.
    private static func isWarmedUp(_ name: String) -> Bool {
        name.contains("preconnect") || name.contains("frame") || Attack.named(.departure).contains(name)
    }

    @Test(.timeLimit(.minutes(4)))
    func anAppThatTriesEverythingReachesNobody() async throws {
        try await Self.withHostileApp { canary, app in
            let log = app.server.dataFolder.appending(path: "network.json")
            try await Browser.with(arguments: ["--log-net-log=\(log.path)"]) { page in
                try await app.signIn(page)
                try await app.set(scripts: true, links: false)
                try await Self.tryEverything(page, app)
                try await Self.tryAlone(page, app)
                // Without scripts only what is written into the page is left.
                try await app.set(scripts: false, links: false)
                try await page.open(app.address)
                try await page.waitFor(Self.frame, within: .seconds(30))
                // The canary would have told: the browser itself reaches it.
                try await page.open(canary.address(of: "farewell") + "/farewell")
                let visits = canary.visits
                #expect(visits["farewell"] != nil)
                #expect(visits.filter { $0.key != "farewell" } == [:])
            }
            let network = try String(contentsOf: log, encoding: .utf8)
            #expect(network.contains("127.0.0.1"), "The browser keeps a log.")
            #expect(!network.contains(Attack.lookupName))
        }
    }

    @Test(.timeLimit(.minutes(4)))
    func anAppThatMayOpenSitesDoesOnlyThat() async throws {
        try await Self.withHostileApp { canary, app in
            try await Browser.with { page in
                try await app.signIn(page)
                try await app.set(scripts: true, links: true)
                try await Self.tryEverything(page, app)
                let visits = try await Self.visits(to: canary, of: Attack.named(.window))
                for (name, said) in visits where !Attack.named(.window).contains(name) {
                    #expect(Self.isWarmedUp(name), "\(name): \(said)")
                    #expect(said.joined() == "", "\(name): \(said)")
                }
            }
        }
    }

    /// The same attempts without a policy get through, or the test above would prove nothing.
    @Test(.timeLimit(.minutes(4)))
    func withoutAPolicyTheCanaryIsReached() async throws {
        try await Canary.with(Attack.names + ["control"]) { canary in
            let log = try SecondServer.freshDataFolder("canary-control").appending(path: "network.json")
            let script = Canary.Page(type: "text/javascript", body: Attack.script(for: canary))
            let markup = Attack.markup(for: canary)
            canary.serve("/attack.js", script)
            canary.serve(
                "/inside",
                .init(type: "text/html", body: "<!doctype html><body>\(markup)<script src=\"/attack.js\"></script>")
            )
            canary.serve(
                "/",
                .init(
                    type: "text/html",
                    body: """
                        <!doctype html><title>x</title>
                        <iframe data-testid=preview-frame src="/inside" onload="this.dataset.ready = ''"></iframe>
                        """
                )
            )
            try await Browser.with(arguments: ["--log-net-log=\(log.path)"]) { page in
                let home = try await page.currentTab()
                for name in ["all"] + Attack.named(.departure) {
                    try await page.switchTab(to: home)
                    try await page.open(canary.address(of: "control") + "/")
                    try await Self.begin(name, page)
                    let awaited = name == "all" ? Attack.named(.quiet, .window) : [name]
                    let carriedOut = Set(Attack.all.filter(\.isCarriedOut).map(\.name))
                    _ = try await Self.visits(to: canary, of: awaited.filter(carriedOut.contains))
                }
                _ = try await Self.visits(to: canary, of: Attack.written.map(\.name))
            }
            #expect(try String(contentsOf: log, encoding: .utf8).contains(Attack.lookupName))
        }
    }

    // MARK: - Attempts

    /// Makes all attempts from the app in its frame on our page.
    private static func tryEverything(_ page: WebDriver, _ app: HostileApp) async throws {
        for name in ["all"] + Attack.named(.departure) {
            try await page.open(app.address)
            try await self.begin(name, page)
            try await page.enterFrame(self.frame)
            try await self.waitUntilTried(name, page)
            try await page.enterFrame(nil)
            #expect(try await page.currentURL() == app.address, "\(name): the page is still ours.")
        }
    }

    /// Makes the attempts that matter there from the app in a tab of its own, which our page never opens.
    private static func tryAlone(_ page: WebDriver, _ app: HostileApp) async throws {
        let address = try await app.previewAddress()
        for name in ["all"] + Attack.named(.departure) {
            try await page.open("about:blank")
            try await page.open(address + "#" + name)
            try await self.waitUntilTried(name, page)
        }
    }

    /// Names an attempt to the page in the frame.
    private static func begin(_ name: String, _ page: WebDriver) async throws {
        try await page.waitFor(self.frame, within: .seconds(30))
        _ = try await page.evaluate(
            "const frame = document.querySelector(arguments[0]);"
                + " frame.src = frame.src.split('#')[0] + '#' + arguments[1];",
            [self.frame, name]
        )
    }

    /// The page says so, or the browser has put a page of its own in its place.
    private static func waitUntilTried(_ name: String, _ page: WebDriver) async throws {
        try await page.wait(
            for: "the attempt \(name)",
            until: "document.documentElement.dataset.tried === '\(name)' || location.protocol === 'chrome-error:'",
            within: .seconds(30)
        )
    }

    /// What the canary knows when each of the named listeners has had a visitor.
    private static func visits(to canary: Canary, of names: [String]) async throws -> Canary.Visits {
        let deadline = ContinuousClock.now.advanced(by: .seconds(30))
        while true {
            let visits = canary.visits
            let missing = names.filter { visits[$0] == nil }
            guard !missing.isEmpty else { return visits }
            guard ContinuousClock.now < deadline else {
                throw JourneyFailure(description: "Nobody came to \(missing).")
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    // MARK: - The app

    /// An app of the real builder that holds all attempts.
    private struct HostileApp: Sendable {
        let server: SecondServer
        let person: Visitor
        let conversation: Conversation

        var address: String { self.person.base + "/w/acme/apps/\(self.conversation.appID)" }

        func signIn(_ page: WebDriver) async throws {
            try await page.open(self.person.base + "/onboarding")
            for (name, value) in self.person.cookies { try await page.setCookie(name, to: value) }
        }

        func set(scripts: Bool, links: Bool) async throws {
            let answer = try await self.person.call(
                .PATCH,
                self.conversation.workspace + "/runtime-settings",
                [
                    "allowIframeScripts": .bool(scripts), "allowIframeClipboard": false,
                    "allowIframeExternalLinks": .bool(links),
                ]
            )
            #expect(answer.status == 200, "\(answer.text)")
        }

        func previewAddress() async throws -> String {
            let answer = try await self.person.call(.GET, self.conversation.app + "/preview?version=draft")
            return self.person.base + (try answer.json["url"]?.string ?? "")
        }
    }

    private static func withHostileApp(
        _ body: @escaping @Sendable (Canary, HostileApp) async throws -> Void
    ) async throws {
        try await Canary.with(Attack.names + ["farewell"]) { canary in
            try await ScriptedModelServer.with(self.script(canary), logger: Desk.logger) { _, model in
                let server = SecondServer(
                    dataFolder: try SecondServer.freshDataFolder("canary"),
                    environment: ["ANTHROPIC_BASE_URL": model.absoluteString, "ANTHROPIC_API_KEY": "test-key"],
                    arguments: []
                )
                try await server.run { running in
                    let person = Visitor(running.url)
                    let conversation = try await person.makeApp("Build an app")
                    try await conversation.send("Build an app", id: "m1", by: person)
                    let built = try await person.call(.GET, conversation.app + "/preview?version=draft")
                    let snapshot = try await person.call(.GET, conversation.path).text
                    try #require(built.status == 200, "\(snapshot.suffix(3000))")
                    try await body(canary, HostileApp(server: server, person: person, conversation: conversation))
                }
            }
        }
    }

    private static func script(_ canary: Canary) -> Script {
        let index = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Hostile</title></head>
            <body>
            <div id="root"></div>
            \(Attack.markup(for: canary))
            <script src="/attack.js"></script>
            <script type="module" src="/src/main.tsx"></script>
            </body>
            </html>

            """
        return Script(
            turns: Desk.naming + [
                .init("read", when: .init(first: true), answer: .init([.tool("Read", ["file_path": "index.html"])])),
                .init(
                    "write",
                    when: .init(after: "read"),
                    answer: .init([
                        .tool("Write", ["file_path": "index.html", "content": .string(index)]),
                        .tool(
                            "Write",
                            ["file_path": "public/attack.js", "content": .string(Attack.script(for: canary))]
                        ),
                    ])
                ),
                .init(
                    "build",
                    when: .init(after: "write"),
                    answer: .init([.tool("mcp__second__done_building", ["summary": "An app."])])
                ),
                .init("done", when: .init(after: "build"), answer: .init([.text("Built.")])),
            ]
        )
    }
}
