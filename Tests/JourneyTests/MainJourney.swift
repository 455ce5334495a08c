import BrowserDriver
import Domain
import Foundation
import Testing

/// The way of a newcomer: from an empty folder to a working app, and back the next day.
@Suite(
    .serialized,
    .enabled(if: Desk.hasBrowser, "chromedriver, Claude Code or the server is missing; set SECOND_CLAUDE_PATH.")
)
struct MainJourney {
    private static let wish = "Build a lead tracker for our sales team"
    private static let change = "Mark leads that nobody has contacted for a week"

    @Test(.timeLimit(.minutes(4)))
    func aNewcomerBuildsAnAppAndFindsItTheNextDay() async throws {
        let server = SecondServer(
            dataFolder: try SecondServer.freshDataFolder("main"),
            environment: [:],
            arguments: ["--demo"]
        )
        try await Browser.with(width: 1440, height: 900) { page in
            let path = try await server.run { running in
                try await Self.settleIn(running.url, page)
                try await Self.build(page)
                try await Self.change(page)
                try await Self.expectAccess(page)
                try await Self.expectCalmConsole(page)
                let path = URL(string: try await page.currentURL())?.path ?? ""
                // A page that stayed open would complain that the server is gone.
                try await page.open("about:blank")
                return path
            }
            // Another port is another address, but cookies belong to the host.
            try await server.run { running in
                try await page.open(running.url + path)
                try await Self.expectEverything(page)
                try await Self.expectCalmConsole(page)
                try await page.open(running.url + "/w/acme/apps/ffffffffffffffffffffffff")
                try await page.waitForText("There is nothing here", in: "main")
                try await page.waitFor("[data-testid=sidebar]")
                #expect(try await Accessibility.findings(on: page).map(\.description) == [])
            }
        }
    }

    private static func settleIn(_ url: String, _ page: WebDriver) async throws {
        try await page.open(url)
        try await page.click("[data-testid=continue]")
        try await page.fill("#displayName", with: "Ada Lovelace")
        try await page.fill("#email", with: "ada@example.test")
        try await page.click("[data-testid=continue]")
        try await page.fill("#workspaceName", with: "Acme")
        try await page.click("[data-testid=continue]")
        try await page.click("[data-runtime=claude-code] [data-choose]")
        try await page.waitFor("[data-testid=composer-input]")
        try await Desk.photograph("home", page)
        try await Self.expectAccess("home", page)
    }

    private static func build(_ page: WebDriver) async throws {
        try await Self.say(Self.wish, page)
        try await page.waitFor("[data-testid=plan-card] [data-testid=approve]", within: .seconds(40))
        try await Desk.photograph("plan", page)
        try await page.click("[data-testid=approve]")
        try await Self.waitInPreview(for: "Lead tracker", page)
        try await Self.waitUntilIdle(page)
        try await Desk.photograph("built", page)
    }

    /// Asks for a change, and reloads the page while it is made.
    private static func change(_ page: WebDriver) async throws {
        try await Self.say(Self.change, page)
        try await page.waitForText("I mark open leads", in: "[data-testid=transcript]", within: .seconds(30))
        try await page.reload()
        try await Self.waitInPreview(for: "Overdue", page)
        try await Self.waitUntilIdle(page)
        try await Self.expectEverything(page)
    }

    private static func expectEverything(_ page: WebDriver) async throws {
        try await page.waitForText("carry an “Overdue” badge", in: "[data-testid=transcript]")
        let text = try await page.text(of: "[data-testid=transcript]")
        // The assistant proposed the change in the same words; the number of messages below tells whether it was lost.
        for sentence in [Self.wish, "I mark open leads that nobody", "carry an “Overdue” badge"] {
            #expect(text.components(separatedBy: sentence).count == 2, "\(sentence) in \(text)")
        }
        #expect(try await page.count(of: "[data-testid=msg][data-role=user]") == 3)
        #expect(try await page.count(of: "[data-testid=msg][data-role=assistant]") == 3)
        let name = try await page.text(of: "[data-app-name]")
        #expect(name == "Lead tracker")
        try await Self.waitInPreview(for: "Overdue", page)
    }

    /// The app page with the conversation, the files and the versions open, light and dark.
    private static func expectAccess(_ page: WebDriver) async throws {
        try await Self.expectAccess("preview", page)
        for (stage, content) in [("files", "[data-testid=file-row]"), ("versions", ".version-list li:not(.skeleton)")] {
            try await page.click("[data-stage-name=\(stage)]")
            try await page.waitFor(content)
            try await Self.expectAccess(stage, page)
            try await page.click("[data-stage-name=\(stage)]")
        }
    }

    private static func expectAccess(_ what: String, _ page: WebDriver) async throws {
        for scheme in ["dark", "light"] {
            try await page.prefer(colorScheme: scheme)
            try await page.wait(
                for: "colours to settle",
                until: "document.getAnimations().every((a) => a.playState !== 'running'"
                    + " || a.effect?.getTiming().iterations === Infinity)"
            )
            let findings = try await Accessibility.findings(on: page)
            #expect(findings.map(\.description) == [], "\(what), \(scheme)")
        }
    }

    /// Nothing failed to load, nothing was refused, nothing was thrown since this was last asked.
    private static func expectCalmConsole(_ page: WebDriver) async throws {
        let errors = try await page.consoleLines().filter { $0.hasPrefix("SEVERE") }
        #expect(errors == [])
    }

    private static func say(_ text: String, _ page: WebDriver) async throws {
        try await page.fill("[data-testid=composer-input]", with: text)
        try await page.click("[data-testid=composer-send]")
    }

    private static func waitUntilIdle(_ page: WebDriver) async throws {
        try await page.wait(
            for: "the end of the turn",
            until: "document.querySelector('[data-testid=composer-stop]')?.hidden"
                + " && document.querySelector('.app-working')?.hidden",
            within: .seconds(30)
        )
    }

    /// Looks into the frame again and again, because a build puts another one in its place.
    private static func waitInPreview(for text: String, _ page: WebDriver) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while true {
            try await page.waitFor("[data-testid=preview-frame][data-ready]", within: .seconds(60))
            do {
                try await page.enterFrame("[data-testid=preview-frame][data-ready]")
                try await page.waitForText(text, within: .seconds(2))
                try await page.enterFrame(nil)
                return
            } catch {
                try await page.enterFrame(nil)
                guard ContinuousClock.now < deadline else { throw error }
            }
        }
    }
}
