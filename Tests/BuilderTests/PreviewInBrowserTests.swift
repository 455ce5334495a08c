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
    .enabled(
        if: BuilderFixture.canBuild && (Browser.isInstalled || BuilderFixture.isCI),
        "needs chromium, chromedriver and the app toolchain"
    )
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
                until: "document.querySelector('dialog[open]').getAnimations().every(a => a.playState !== 'running')"
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
                const second = () => Math.floor(Date.now() / 1000);
                const began = second();
                for (let i = 0; i < 5000; i++) console.debug("flood " + "x".repeat(5000));
                console.error("flooded for " + (second() - began + 1));
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
                      && received.some(m => m.text?.startsWith("flooded for "))
                    """
            )
            let messages = try await self.messages(driver)
            #expect(messages.contains { $0.text == #"{"big":"1n","self":"…"} undefined null Symbol(s)"# })
            // A busy machine takes some seconds for the flood, each of which has its share.
            let told = try #require(messages.first { $0.text?.hasPrefix("flooded for ") == true }?.text)
            let seconds = try #require(Int(told.dropFirst("flooded for ".count)))
            #expect(messages.filter { $0.text?.hasPrefix("flood ") == true }.count <= 60 * seconds)
            #expect(messages.allSatisfy { ($0.text?.count ?? 0) <= 2001 })
        }
    }

    @Test func theSDKAnswersEveryCallAtOnce() async throws {
        let app = """
            import { useEffect, useState } from "react";
            import {
              callIntegrationTool, formatIntegrationToolError, NotAvailableYetError, reportIntegrationToolFailure, useAgent,
              useAgentList, useCollection, useDoc, useIntegrationTool,
            } from "@/lib/second-sdk";
            export function App() {
              const notes = useCollection<{ text: string }>("notes");
              const note = useDoc<{ text: string }>("notes", "1");
              const none = useDoc("notes", null);
              const tool = useIntegrationTool("crm");
              const agent = useAgent("scout");
              const list = useAgentList();
              const [answers, setAnswers] = useState<string[]>([]);
              useEffect(() => {
                const code = (work: Promise<unknown>) =>
                  work.then(() => "fine", (error) => (error instanceof NotAvailableYetError ? error.code : "other"));
                Promise.all([
                  code(notes.insert({ text: "a" })), code(notes.update("1", {})), code(notes.remove("1")),
                  code(note.update({})), code(note.remove()), code(agent.trigger("go")),
                  callIntegrationTool("crm", { a: 1 }).then((r) => r.errorCode ?? "none"),
                  tool.execute().then((r) => formatIntegrationToolError(r)),
                  callIntegrationTool("crm").then((r) => reportIntegrationToolFailure("crm", {}, r, "broken")).then((r) => r.status ?? ""),
                ]).then(setAnswers);
              }, []);
              const quiet = notes.loading || note.loading || none.error !== null || !notes.error || !list.error;
              return <pre>{answers.length === 0 ? "waiting" : [...answers, agent.status, tool.loading, quiet].join("|")}</pre>;
            }
            """
        try await self.preview(["src/App.tsx": app]) { driver in
            try await driver.enterFrame("iframe")
            try await driver.waitForText(
                String(repeating: "not_available_yet|", count: 7)
                    + "The integration tool “crm” is not available yet in this version of Second.|not_available_yet|failed|false|false",
                in: "pre"
            )
        }
    }

    @Test(arguments: ["light", "dark"])
    func theComponentsWorkFromTheKeyboard(_ scheme: String) async throws {
        try await self.preview(["src/App.tsx": Self.everyComponent], scheme: scheme) { driver in
            try await driver.enterFrame("iframe")
            try await driver.click("[role=tab]")
            try await driver.press(Key.arrowRight.rawValue)
            try await driver.waitForText("Second panel", in: "[role=tabpanel]")
            try await driver.press(Key.end.rawValue)
            try await driver.waitForText("Third panel", in: "[role=tabpanel]")
            try await driver.press(Key.arrowRight.rawValue)
            try await driver.waitForText("First panel", in: "[role=tabpanel]")
            #expect(try await driver.count(of: "[role=tab][tabindex='0']") == 1)

            try await driver.click("[role=switch]")
            try await driver.waitFor("[role=switch][aria-checked=true]")
            _ = try await driver.evaluate("document.querySelector('#hinted').focus()")
            try await driver.waitForText("A short hint", in: "[role=tooltip]")
            try await Self.keep(driver, "components-\(scheme)")
            try await driver.press(Key.escape.rawValue)
            try await driver.wait(for: "the hint to go", until: "!document.querySelector('[role=tooltip]')")

            try await driver.click("#save")
            try await driver.waitForText("Saved", in: "[role=status]")
            #expect(try await driver.count(of: "[aria-invalid=true][aria-describedby]") == 1)
            try await driver.click("#details")
            try await driver.waitFor("dialog[open]")
            try await driver.wait(
                for: "the sheet to stand still",
                until: "document.querySelector('dialog[open]').getAnimations().every(a => a.playState !== 'running')"
            )
            try await Self.keep(driver, "sheet-\(scheme)")
            try await driver.press(Key.escape.rawValue)
            try await driver.wait(for: "the sheet to close", until: "!document.querySelector('dialog[open]')")
            let focused = try await driver.evaluate("return document.activeElement.id")
            #expect(try focused.decode(String.self) == "details")
        }
    }

    private static let everyComponent = """
        import { useState } from "react";
        import { Badge } from "@/components/ui/badge";
        import { Button } from "@/components/ui/button";
        import { Card, CardContent, CardDescription, CardFooter, CardHeader, CardTitle } from "@/components/ui/card";
        import { Input } from "@/components/ui/input";
        import { Field, Label } from "@/components/ui/label";
        import { Select } from "@/components/ui/select";
        import { Separator } from "@/components/ui/separator";
        import { Sheet } from "@/components/ui/sheet";
        import { Skeleton } from "@/components/ui/skeleton";
        import { Switch } from "@/components/ui/switch";
        import { Tabs } from "@/components/ui/tabs";
        import { Textarea } from "@/components/ui/textarea";
        import { useToast } from "@/components/ui/toast";
        import { Tooltip } from "@/components/ui/tooltip";
        import { EmptyState } from "@/components/ui/empty-state";
        import { Icon } from "@/components/ui/icon";
        export function App() {
          const toast = useToast();
          const [tab, setTab] = useState("one");
          const [on, setOn] = useState(false);
          const [open, setOpen] = useState(false);
          return (
            <main className="mx-auto grid max-w-3xl gap-6 p-8">
              <div className="flex flex-wrap items-center gap-2">
                <Button id="save" onClick={() => toast({ title: "Saved", description: "All is well.", tone: "success" })}>Save</Button>
                <Button variant="secondary">Secondary</Button>
                <Button id="details" variant="outline" onClick={() => setOpen(true)}>Details</Button>
                <Button variant="ghost">Ghost</Button>
                <Button variant="destructive">Delete</Button>
                <Button variant="link">Link</Button>
                <Button busy>Working</Button>
                <Button disabled variant="outline">Disabled</Button>
                <Tooltip text="A short hint" side="bottom"><Button id="hinted" variant="outline" size="icon" aria-label="More"><Icon name="more" /></Button></Tooltip>
              </div>
              <div className="flex flex-wrap gap-2">
                <Badge>Neutral</Badge><Badge tone="accent">Accent</Badge><Badge tone="success">Success</Badge>
                <Badge tone="warning">Warning</Badge><Badge tone="danger">Danger</Badge><Badge tone="info">Info</Badge>
              </div>
              <Tabs label="Views" value={tab} onValueChange={setTab} tabs={[
                { value: "one", label: "First", content: "First panel" },
                { value: "two", label: "Second", content: "Second panel" },
                { value: "three", label: "Third", content: "Third panel" },
              ]} />
              <Card>
                <CardHeader><CardTitle>Settings</CardTitle><CardDescription>How it behaves.</CardDescription></CardHeader>
                <CardContent className="grid gap-4 sm:grid-cols-2">
                  <Field label="Name" error="Give it a name."><Input /></Field>
                  <Field label="Team" hint="Who owns it"><Select options={["Sales", "Support"]} /></Field>
                  <Field label="Notes" className="sm:col-span-2"><Textarea placeholder="Anything else" /></Field>
                  <div className="flex items-center gap-3"><Switch id="on" checked={on} onCheckedChange={setOn} /><Label htmlFor="on">Notify me</Label></div>
                </CardContent>
                <CardFooter><Button size="sm">Keep</Button><Separator orientation="vertical" /><Button size="sm" variant="ghost">Undo</Button></CardFooter>
              </Card>
              <div className="grid gap-2" aria-busy="true"><Skeleton className="h-4 w-2/3" /><Skeleton className="h-4 w-1/2" /></div>
              <EmptyState title="Nothing yet" description="New items appear here." action={<Button variant="outline" size="sm">Add one</Button>} />
              <Sheet open={open} onClose={() => setOpen(false)} title="Details" description="One item" footer={<Button onClick={() => setOpen(false)}>Done</Button>}>
                <p>Text of the sheet.</p>
              </Sheet>
            </main>
          );
        }
        """

    /// Keeps a picture for people to look at, where a folder for them is named.
    private static func keep(_ driver: WebDriver, _ name: String) async throws {
        guard let folder = ProcessInfo.processInfo.environment["SECOND_SCREENSHOTS"] else { return }
        try await driver.screenshot().write(to: URL(filePath: folder).appending(path: name + ".png"))
    }
}
