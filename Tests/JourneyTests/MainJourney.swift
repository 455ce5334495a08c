import BrowserDriver
import Foundation
import Testing

/// The way of a newcomer: from an empty folder to a working app, and back the next day.
@Suite(
    .serialized,
    .enabled(if: Desk.hasBrowser, "chromedriver, Claude Code or the server is missing; set SECOND_CLAUDE_PATH.")
)
struct MainJourney {
    @Test(.timeLimit(.minutes(4)))
    func aNewcomerBuildsAnAppAndFindsItTheNextDay() async throws {
        let server = SecondServer(
            dataFolder: try SecondServer.freshDataFolder("main"),
            environment: [:],
            arguments: ["--demo"]
        )
        try await Browser.with(width: 1440, height: 900) { page in
            let job = MainJob(page: page, isThorough: true)
            let path = try await server.run { running in
                try await job.settleIn(at: running.url)
                try await job.plan()
                try await job.build()
                try await job.change { try await page.reload() }
                try await job.stop()
                try await job.expectAccess()
                try await job.expectCalmConsole()
                let path = URL(string: try await page.currentURL())?.path ?? ""
                // A page that stayed open would complain that the server is gone.
                try await page.open("about:blank")
                return path
            }
            // Another port is another address, but cookies belong to the host.
            try await server.run { running in
                try await page.open(running.url + path)
                try await job.expectEverything(andTheStop: true)
                try await job.expectLink()
                try await job.expectCompany()
                try await job.expectCalmConsole()
                try await page.open(running.url + "/w/acme/apps/ffffffffffffffffffffffff")
                try await page.waitForText("There is nothing here", in: "main")
                try await page.waitFor("[data-testid=sidebar]")
                #expect(try await Accessibility.findings(on: page).map(\.description) == [])
            }
        }
    }

    /// Two webs, two workers, one database, one bus; the front leads the newcomer to another web again and again.
    @Test(
        .timeLimit(.minutes(4)),
        .enabled(if: Installation.isWanted, "secantusd-py, redis-server, Claude Code or the server is missing.")
    )
    func aNewcomerDoesNotNoticeThatThereAreSeveralWebsAndWorkers() async throws {
        try await Installation.with("main-several") { installation in
            try await Browser.with(width: 1440, height: 900) { page in
                let job = MainJob(page: page, isThorough: false)
                try await job.settleIn(at: installation.publicURL)
                try await job.plan()
                try await job.away { installation.lead(to: 1) }
                try await job.build()
                // The turn runs at web 1 and is seen on from web 0.
                try await job.change { try await job.away { installation.lead(to: 0) } }
                try await job.stop()
                try await job.away { installation.lead(to: 1) }
                try await job.expectEverything(andTheStop: true)
                try await job.expectCalmConsole()
                try await page.open("about:blank")
            }
        }
    }
}
