import BrowserDriver
import Domain
import Foundation
import Hummingbird
import Logging
import NIOCore
import Testing

@testable import Builder

/// A built app in a sandboxed frame of a real browser, served as the preview route serves it.
@Suite(
    .serialized,
    .enabled(if: BuilderFixture.canBuild && Browser.isInstalled, "needs chromium, chromedriver and the app toolchain")
)
struct PreviewInBrowserTests {
    private struct Message: Decodable {
        let source: String
        let type: String
        let kind: String?
        let message: String?
        let level: String?
        let text: String?
        let title: String?
        let line: Int?
    }

    /// Builds the template with these changes, opens it, and hands over driver and address.
    private func preview(
        _ edits: [String: String?],
        scheme: String = "light",
        width: Int = 1280,
        _ body: @escaping @Sendable (WebDriver) async throws -> Void
    ) async throws {
        try await BuilderFixture.with { fixture in
            let workspace = try await fixture.workspace("a", edits)
            let outcome = try await fixture.builder { try await $0.build(workspace: workspace, app: "a", summary: "") }
            let build = try #require(outcome.completed, "\(outcome.toolText)")
            try await PreviewServer.with(build, toolchain: try #require(BuilderFixture.toolchain)) { address in
                try await Browser.with(width: width, height: 900) { driver in
                    try await driver.prefer(colorScheme: scheme)
                    try await driver.open(address + "/host")
                    try await body(driver)
                }
            }
        }
    }

    private func messages(_ driver: WebDriver) async throws -> [Message] {
        try await driver.evaluate("return window.received").decode([Message].self)
    }

    @Test(arguments: [("light", 1280), ("dark", 1280), ("light", 390), ("dark", 390)])
    func theTemplateShowsItselfWithoutAnError(_ scheme: String, _ width: Int) async throws {
        try await self.preview([:], scheme: scheme, width: width) { driver in
            try await driver.enterFrame("iframe")
            try await driver.waitForText("Equipment requests", in: "h1")
            let isWide = try await driver.evaluate("return document.documentElement.scrollWidth > innerWidth")
            #expect(try isWide.decode(Bool.self) == false)
            try await Self.keep(driver, "template-\(scheme)-\(width)")
            try await driver.click("header button")
            try await driver.waitFor("dialog[open]")
            let focused = try await driver.evaluate(
                "return document.activeElement.name || document.activeElement.tagName"
            )
            #expect(try focused.decode(String.self) == "item")
            // The dialog's entrance is over when no animation runs.
            try await driver.wait(
                for: "the dialog to stand still",
                until: "document.getAnimations().every(a => a.playState !== 'running')"
            )
            try await Self.keep(driver, "dialog-\(scheme)-\(width)")
            try await driver.enterFrame(nil)
            let messages = try await self.messages(driver)
            #expect(
                messages.contains { $0.type == "second:ready" && $0.title == "New app" && $0.source == "second-app" }
            )
            #expect(!messages.contains { $0.type == "second:error" })
        }
    }

    @Test func anAppThatCannotRenderSaysSoInPlainText() async throws {
        let app = """
            export function App(): JSX.Element {
              console.log("line one", { a: 1 });
              throw new Error("<img src=x onerror=alert(1)> boom");
            }
            """
        try await self.preview(["src/App.tsx": app]) { driver in
            try await driver.enterFrame("iframe")
            try await driver.waitForText("<img src=x onerror=alert(1)> boom", in: "[role=alert]")
            #expect(try await driver.count(of: "#root img") == 0)
            try await Self.keep(driver, "error")
            try await driver.enterFrame(nil)
            let messages = try await self.messages(driver)
            #expect(
                messages.contains {
                    $0.type == "second:error" && $0.kind == "error" && $0.message?.contains("boom") == true
                }
            )
            #expect(
                messages.contains {
                    $0.type == "second:console" && $0.level == "log" && $0.text == #"line one {"a":1}"#
                }
            )
        }
    }

    @Test func rejectionsFloodsAndBlockedRequestsAreReported() async throws {
        let app = """
            import { useEffect } from "react";
            export function App() {
              useEffect(() => {
                Promise.reject(new TypeError("nobody caught this"));
                fetch("http://127.0.0.1:9/").catch(() => undefined);
                const circle: Record<string, unknown> = { big: 1n };
                circle.self = circle;
                console.warn(circle, undefined, null, Symbol("s"));
                for (let i = 0; i < 5000; i++) console.debug("flood " + "x".repeat(5000));
              }, []);
              return <h1>Still here</h1>;
            }
            """
        try await self.preview(["src/App.tsx": app]) { driver in
            try await driver.enterFrame("iframe")
            try await driver.waitForText("Still here", in: "h1")
            try await driver.enterFrame(nil)
            try await driver.wait(
                for: "the reports",
                until: """
                    received.some(m => m.kind === "rejection" && m.message === "TypeError: nobody caught this")
                      && received.some(m => m.text?.startsWith("Blocked by the preview's policy: connect-src"))
                    """
            )
            let messages = try await self.messages(driver)
            #expect(messages.contains { $0.text == #"{"big":"1n","self":"…"} undefined null Symbol(s)"# })
            #expect(messages.filter { $0.text?.hasPrefix("flood") == true }.count <= 240)
            #expect(messages.allSatisfy { ($0.text?.count ?? 0) <= 2001 })
        }
    }

    /// Keeps a picture for people to look at, where a folder for them is named.
    private static func keep(_ driver: WebDriver, _ name: String) async throws {
        guard let folder = ProcessInfo.processInfo.environment["SECOND_SCREENSHOTS"] else { return }
        try await driver.screenshot().write(to: URL(filePath: folder).appending(path: name + ".png"))
    }
}
