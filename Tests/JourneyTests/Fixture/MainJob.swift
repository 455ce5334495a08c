import BrowserDriver
import Foundation
import Testing

/// The way of a newcomer through the product, step by step in one browser, whatever the server is made of.
struct MainJob: Sendable {
    private static let wish = "Build a lead tracker for our sales team"
    private static let change = "Mark leads that nobody has contacted for a week"
    private static let extra = "Show how much value is in each stage"

    let page: WebDriver
    /// Whether pages are photographed and looked over in every colour scheme on the way.
    let isThorough: Bool

    /// From the first page to the composer, by way of a name and a workspace.
    func settleIn(at url: String) async throws {
        try await self.page.open(url)
        try await self.page.click("[data-testid=continue]")
        try await self.page.fill("#displayName", with: "Ada Lovelace")
        try await self.page.fill("#email", with: "ada@example.test")
        try await self.page.click("[data-testid=continue]")
        try await self.page.fill("#workspaceName", with: "Acme")
        try await self.page.click("[data-testid=continue]")
        try await self.page.waitFor("[data-runtime=claude-code] [data-choose]:not([hidden])")
        try await self.photograph("provider")
        try await self.expectAccess("provider")
        try await self.page.click("[data-runtime=claude-code] [data-choose]")
        try await self.page.waitFor("[data-testid=composer-input]")
        try await self.photograph("home")
        try await self.expectAccess("home")
    }

    /// Asks for an app and waits for its plan.
    func plan() async throws {
        try await self.say(Self.wish)
        try await self.page.waitFor("[data-testid=plan-card] [data-testid=approve]", within: .seconds(40))
        try await self.photograph("plan")
        try await self.expectAccess("plan")
    }

    /// Approves the plan and waits for the app.
    func build() async throws {
        try await self.page.click("[data-testid=approve]")
        try await self.waitInPreview(for: "Lead tracker")
        try await self.waitUntilIdle()
        try await self.photograph("built")
    }

    /// Asks for a change, and leaves the page while it is made: the closure reloads it, here or elsewhere.
    func change(leavingBy reload: () async throws -> Void) async throws {
        try await self.say(Self.change)
        try await self.page.waitForText("I mark open leads", in: "[data-testid=transcript]", within: .seconds(30))
        try await reload()
        try await self.waitInPreview(for: "Overdue")
        try await self.waitUntilIdle()
        try await self.expectEverything()
    }

    /// Asks for more and thinks better of it.
    func stop() async throws {
        try await self.say(Self.extra)
        try await self.page.waitForText("I add the value", in: "[data-testid=transcript]", within: .seconds(30))
        try await self.page.click("[data-testid=composer-stop]")
        try await self.waitUntilIdle()
        try await self.expectEverything(andTheStop: true)
    }

    /// What was said and built is there, each thing once.
    func expectEverything(andTheStop hasStop: Bool = false) async throws {
        try await self.page.waitForText("carry an “Overdue” badge", in: "[data-testid=transcript]")
        if hasStop { try await self.page.waitForText("Stopped.", in: "[data-testid=transcript]") }
        let text = try await self.page.text(of: "[data-testid=transcript]")
        // The assistant proposed the change in the same words; the number of messages below tells whether it was lost.
        var sentences = [Self.wish, "I mark open leads that nobody", "carry an “Overdue” badge"]
        if hasStop { sentences.append("I add the value") }
        for sentence in sentences {
            #expect(text.components(separatedBy: sentence).count == 2, "\(sentence) in \(text)")
        }
        let turns = hasStop ? 4 : 3
        #expect(try await self.page.count(of: "[data-testid=msg][data-role=user]") == turns)
        #expect(try await self.page.count(of: "[data-testid=msg][data-role=assistant]") == turns)
        let name = try await self.page.text(of: "[data-app-name]")
        #expect(name == "Lead tracker")
        try await self.waitInPreview(for: "Overdue")
    }

    /// The app page with the conversation, the files and the versions open, light and dark.
    func expectAccess() async throws {
        try await self.expectAccess("preview")
        for (stage, content) in [("files", "[data-testid=file-row]"), ("versions", ".version-list li:not(.skeleton)")] {
            try await self.page.click("[data-stage-name=\(stage)]")
            try await self.page.waitFor(content)
            try await self.expectAccess(stage)
            try await self.page.click("[data-stage-name=\(stage)]")
        }
    }

    /// A link to the first message leads there, on a phone as well, and marks it.
    func expectLink() async throws {
        let first = "document.querySelector('[data-testid=msg]')"
        let before = try await self.page.currentURL()
        let id: String = try await self.page.evaluate("return \(first).dataset.msgId").decode()
        #expect(try await self.page.count(of: "[data-testid=msg]:first-child [aria-label='Copy link']") == 1)
        for width in [390, 1440] {
            try await self.page.resize(width: width, height: 900)
            try await self.page.open("about:blank")
            try await self.page.open(before + "#message-" + id)
            try await self.page.wait(
                for: "the linked message, \(width)",
                until: "(() => { const first = \(first); const box = first?.getBoundingClientRect();"
                    + " const log = document.querySelector('[data-testid=transcript]').getBoundingClientRect();"
                    + " return first?.ariaCurrent === 'true' && document.activeElement === first && box.height > 0"
                    + " && box.top >= log.top - 1 && box.top < log.bottom })()"
            )
            if width == 390 { try await self.photograph("linked") }
        }
        try await self.expectAccess("linked")
        try await self.page.open("about:blank")
        try await self.page.open(before)
    }

    /// The workspace gets another name, and the app's collaborators are looked at by whoever is alone.
    func expectCompany() async throws {
        try await self.page.click("[data-testid=switcher]")
        try await self.page.click("[data-dialog=rename-workspace]")
        try await self.page.fill("#rename-workspace-name", with: "Acme Works")
        try await self.expectAccess("rename workspace")
        try await self.page.click("#rename-workspace-dialog [type=submit]")
        try await self.page.waitForText("Acme Works", in: "[data-testid=switcher]")
        try await self.page.click("[popovertarget=app-menu]")
        try await self.page.click("[data-testid=collaborators-button]")
        try await self.page.waitForText("There is nobody else", in: "[data-testid=collaborators-dialog]")
        #expect(try await self.page.count(of: "[data-testid=collaborators-dialog] [type=submit]:disabled") == 1)
        try await self.photograph("collaborators")
        try await self.expectAccess("collaborators")
        try await self.page.click("[data-testid=collaborators-dialog] [data-act=close]")
    }

    /// Nothing failed to load, nothing was refused, nothing was thrown since this was last asked.
    func expectCalmConsole() async throws {
        let errors = try await self.page.consoleLines().filter { $0.hasPrefix("SEVERE") }
        #expect(errors == [])
    }

    /// Leaves the page, lets something happen, and comes back to it.
    func away(_ meanwhile: () async throws -> Void) async throws {
        let url = try await self.page.currentURL()
        // A page that stayed open would complain about what happens to its connections.
        try await self.page.open("about:blank")
        try await meanwhile()
        try await self.page.open(url)
    }

    // MARK: - Parts of steps

    private func expectAccess(_ what: String) async throws {
        guard self.isThorough else { return }
        for scheme in ["dark", "light"] {
            try await self.page.prefer(colorScheme: scheme)
            try await self.page.wait(
                for: "colours to settle",
                until: "document.getAnimations().every((a) => a.playState !== 'running'"
                    + " || a.effect?.getTiming().iterations === Infinity)"
            )
            let findings = try await Accessibility.findings(on: self.page)
            #expect(findings.map(\.description) == [], "\(what), \(scheme)")
        }
    }

    private func photograph(_ name: String) async throws {
        if self.isThorough { try await Desk.photograph(name, self.page) }
    }

    private func say(_ text: String) async throws {
        try await self.page.fill("[data-testid=composer-input]", with: text)
        try await self.page.click("[data-testid=composer-send]")
    }

    private func waitUntilIdle() async throws {
        try await self.page.wait(
            for: "the end of the turn",
            until: "document.querySelector('[data-testid=composer-stop]')?.hidden"
                + " && document.querySelector('.app-working')?.hidden",
            within: .seconds(30)
        )
    }

    /// Looks into the frame again and again, because a build puts another one in its place.
    private func waitInPreview(for text: String) async throws {
        let deadline = ContinuousClock.now.advanced(by: .seconds(60))
        while true {
            try await self.page.waitFor("[data-testid=preview-frame][data-ready]", within: .seconds(60))
            do {
                try await self.page.enterFrame("[data-testid=preview-frame][data-ready]")
                try await self.page.waitForText(text, within: .seconds(2))
                try await self.page.enterFrame(nil)
                return
            } catch {
                try await self.page.enterFrame(nil)
                guard ContinuousClock.now < deadline else { throw error }
            }
        }
    }
}
