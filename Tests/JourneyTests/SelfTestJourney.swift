import Application
import BrowserDriver
import Domain
import Foundation
import NIOHTTP1
import RemoteWorker
import Subprocess
import Testing

/// A coding agent whose new version refuses one of our options: what operators and people are told, and when
/// (spec 03 §22.34).
@Suite(.serialized, .enabled(if: Desk.hasServer, "Claude Code or the server is not built; set SECOND_CLAUDE_PATH."))
struct SelfTestJourney {
    private static let said = "error: unknown option '--permission-prompts' <b>no</b>"
    private static let message =
        "Claude Code 9.0.1 does not work with this version of Second: its session did not begin."

    /// An executable that calls itself a later version and colours what it says.
    private static func bumped(in folder: URL) throws -> String {
        let path = folder.appending(path: "claude").path(percentEncoded: false)
        let commands = """
            #!/bin/sh
            if [ "$1" = --version ]; then echo "9.0.1 (Claude Code)"; exit 0; fi
            printf "\\033[31m\(self.said)\\033[0m\\n\\033]0;owned\\007" >&2
            exit 1
            """
        try Data(commands.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    /// Asks until a self-test of Claude Code is told.
    private static func outcome(within limit: Duration, _ ask: () async throws -> JSONValue?) async throws -> JSONValue
    {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let outcome = try await ask() { return outcome }
            try await Task.sleep(for: .milliseconds(200))
        }
        throw JourneyFailure(description: "No self-test was told within \(limit).")
    }

    private static func detected(by person: Visitor) async throws -> JSONValue? {
        try await person.call(.GET, "/api/setup/detect-provider").json["runtimes"]?["claude-code"]?["selfTest"]
    }

    /// No folder of a test is left, and no process that knows one.
    private static func isClean(_ dataFolder: URL) throws -> Bool {
        let caches = dataFolder.appending(path: "caches").path(percentEncoded: false)
        let names = try FileManager.default.contentsOfDirectory(atPath: caches)
        return !names.contains { $0.hasPrefix("self-test-") }
    }

    private static func expectRefusal(_ outcome: JSONValue) {
        #expect(outcome["passed"] == .bool(false))
        #expect(outcome["code"]?.string == "self_test_not_started")
        let message = outcome["message"]?.string ?? ""
        #expect(message.hasPrefix(Self.message) && message.hasSuffix(Self.said), "\(message)")
    }

    @Test(.timeLimit(.minutes(4)), .enabled(if: Desk.hasBrowser, "chromedriver is missing."))
    func aVersionThatRefusesOurOptionsIsTold() async throws {
        let dataFolder = try SecondServer.freshDataFolder("self-test")
        let metrics = try FreePort.find()
        let server = SecondServer(
            dataFolder: dataFolder,
            environment: [
                "SECOND_RUNTIME_SELF_TEST": "1", "SECOND_CLAUDE_PATH": try Self.bumped(in: dataFolder),
                "ANTHROPIC_API_KEY": "test-key", "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
                "SECOND_METRICS_PORT": String(metrics),
            ],
            arguments: []
        )
        let cookies = try await server.run { running in
            let person = Visitor(running.url)
            _ = try await person.settleIn()
            Self.expectRefusal(
                try await Self.outcome(within: .seconds(60)) { try await Self.detected(by: person) }
            )
            #expect(try Self.isClean(dataFolder))
            let told = try await Visitor("http://127.0.0.1:\(metrics)").call(.GET, "/metrics").text
            #expect(
                told.contains(
                    #"second_runtime_self_tests_total{runtime="claude-code",outcome="self_test_not_started"} 1"#
                )
                    || told.contains(
                        #"second_runtime_self_tests_total{outcome="self_test_not_started",runtime="claude-code"} 1"#
                    ),
                "\(told)"
            )
            let log = await running.output.text.split(separator: "\n")
            let lines = log.filter { $0.contains("A runtime failed its self-test") }
            #expect(lines.count == 1 && lines.allSatisfy { $0.contains("error") && !$0.contains("\u{1B}") })
            return person.cookies
        }
        try await Browser.with(width: 1440, height: 900) { page in
            try await server.run { running in
                // Remembered: told before it is tested again.
                let person = Visitor(running.url, cookies: cookies)
                Self.expectRefusal(try #require(try await Self.detected(by: person)))
                try await page.open(running.url + "/onboarding/intro")
                for (name, value) in cookies { try await page.setCookie(name, to: value) }
                try await Self.expectOnPages(page, running.url)
                // A person may try all the same, and is told what happened.
                let conversation = try await Self.makeApp(by: person)
                _ = try await conversation.send("Build a lead tracker", id: "m1", by: person)
                let run = try await conversation.wait("the end", by: person) { $0["status"]?.string == "failed" }
                #expect(run["failure"]?["message"]?.string?.contains(Self.said) == true)
                try await page.open("about:blank")
            }
        }
    }

    private static func makeApp(by person: Visitor) async throws -> Conversation {
        let workspace = "/api/workspaces/acme"
        let made = try await person.call(
            .POST,
            workspace + "/apps",
            [
                "appName": "New app", "prompt": "Build a lead tracker", "runtimeId": "claude-code",
                "runtimeModel": "claude-opus-4-8", "runtimeParams": [:], "createInitialRun": true,
            ]
        )
        let app = try #require(try made.json["id"]?.string, "\(made.text)")
        let run = try #require(try made.json["initialRun"]?["id"]?.string, "\(made.text)")
        return Conversation(workspace: workspace, app: workspace + "/apps/\(app)", run: run, appID: app)
    }

    private static func expectOnPages(_ page: WebDriver, _ url: String) async throws {
        try await page.open(url + "/w/acme/settings/runtimes")
        try await page.waitForText(self.said, in: ".provider-card[data-runtime=claude-code]")
        let card = try await page.text(of: ".provider-card[data-runtime=claude-code]")
        #expect(card.contains("Does not work") && card.contains(self.message), "\(card)")
        #expect(try await page.count(of: ".provider-card b") == 0)
        #expect(try await Accessibility.findings(on: page).map(\.description) == [])
        try await Desk.photograph("self-test-settings", page)

        try await page.open(url + "/w/acme")
        try await page.waitForText(self.said, in: "[data-faulty-runtime]")
        #expect(try await page.count(of: "[data-faulty-runtime] b") == 0)
        #expect(try await page.count(of: "[data-no-runtime]:not([hidden])") == 0)
        try await page.fill("[data-testid=composer-input]", with: "Build a lead tracker")
        try await page.waitFor("[data-testid=composer-send]:not([disabled]):not([aria-disabled=true])")
        #expect(try await Accessibility.findings(on: page).map(\.description) == [])
        try await Desk.photograph("self-test-home", page)
    }

    @Test(.timeLimit(.minutes(3)))
    func aWorkerTellsItsWebsAndTheDoctorNamesWhatMendsIt() async throws {
        let dataFolder = try SecondServer.freshDataFolder("self-test-worker")
        let claude = try Self.bumped(in: dataFolder)
        let worker = WorkerProcess(
            dataFolder: dataFolder,
            environment: [
                "SECOND_RUNTIME_SELF_TEST": "1", "SECOND_CLAUDE_PATH": claude, "ANTHROPIC_API_KEY": "test-key",
                "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
            ]
        )
        _ = try await worker.run { running in
            let outcome = try await Self.outcome(within: .seconds(60)) {
                let found = await running.remote.detectRuntimes().runtimes["claude-code"]?.selfTest
                return try found.map { try JSONValue(parsing: JSONEncoder().encode($0)) }
            }
            Self.expectRefusal(outcome)
            #expect(try Self.isClean(dataFolder))
            // A web's doctor tells what the worker found.
            let web = try await SecondCommand(
                arguments: ["doctor"],
                environment: [
                    "WORKER_URL": running.process.url, "INTERNAL_API_TOKEN": WorkerProcess.token,
                    "MONGODB_URI": "mongodb://127.0.0.1:1/second?serverSelectionTimeoutMS=300",
                    "REDIS_URL": "redis://127.0.0.1:1",
                ]
            ).run()
            #expect(web.lines.contains { $0.hasPrefix("broken  runtime claude-code: \(Self.message)") }, "\(web.text)")
            #expect(web.text.contains("mend it with: run second doctor on the worker"))
        }
        // The machine's own doctor tests anew, beside a server or without one.
        let environment = ["SECOND_DATA_DIR": dataFolder.path, "SECOND_CLAUDE_PATH": claude, "HOME": dataFolder.path]
        let ended = try await SecondCommand(arguments: ["doctor"], environment: environment).run()
        #expect(ended.status == .exited(1))
        let line = ended.lines.firstIndex { $0.hasPrefix("broken  Claude Code self-test: \(Self.message)") }
        let index = try #require(line, "\(ended.text)")
        #expect(ended.lines[index].contains(Self.said) && ended.lines[index].hasSuffix("(self_test_not_started)"))
        #expect(!ended.text.contains("\u{1B}") && !ended.text.contains("owned"))
        let advice = ended.lines.dropFirst(index + 1).first ?? ""
        #expect(advice.hasPrefix("    mend it with: scripts/toolchain/install "), "\(advice)")
        #expect(advice.hasSuffix(", and unset SECOND_CLAUDE_PATH"), "\(advice)")
        #expect(ended.lines.contains { $0.hasPrefix("Claude Code takes a test turn") })
        #expect(try Self.isClean(dataFolder))
    }

    @Test(.timeLimit(.minutes(3)))
    func theVersionThatWeKnowPassesBesideAServerAndWithoutOne() async throws {
        let dataFolder = try SecondServer.freshDataFolder("self-test-known")
        let server = SecondServer(
            dataFolder: dataFolder,
            environment: ["SECOND_RUNTIME_SELF_TEST": "1"],
            arguments: ["--demo"]
        )
        try await server.run { running in
            let person = Visitor(running.url)
            _ = try await person.settleIn()
            let outcome = try await Self.outcome(within: .seconds(60)) { try await Self.detected(by: person) }
            #expect(outcome == ["passed": true])
            let doctor = try await SecondCommand(
                arguments: ["doctor"],
                environment: ["SECOND_DATA_DIR": dataFolder.path, "HOME": dataFolder.path]
            ).run()
            #expect(doctor.text.contains("in use by a running Second"), "\(doctor.text)")
            #expect(
                doctor.lines.contains("ok      Claude Code self-test: it took a turn, called a tool and answered"),
                "\(doctor.text)"
            )
            #expect(try Self.isClean(dataFolder))
        }
        let kept = try String(contentsOf: dataFolder.appending(path: "runtime-self-tests.json"), encoding: .utf8)
        #expect(kept.contains(#""passed" : true"#))
    }
}
