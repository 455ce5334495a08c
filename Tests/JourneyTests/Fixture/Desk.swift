import BrowserDriver
import Domain
import Foundation
import Logging
import ScriptedModel

/// What the journeys need from the machine, and where they leave pictures.
enum Desk {
    static let logger = Logger(label: "journeys") { _ in SwiftLogNoOpLogHandler() }

    private static var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// Claude Code and the built server are here; where `CI` is set, the journeys run and fail when they are not.
    static var hasServer: Bool {
        if self.environment["CI"] != nil { return true }
        let claude = self.environment["SECOND_CLAUDE_PATH"] ?? ""
        let files = FileManager.default
        return files.isExecutableFile(atPath: claude) && files.isExecutableFile(atPath: SecondBinary.path)
    }

    static var hasBrowser: Bool {
        self.hasServer && (Browser.isInstalled || self.environment["CI"] != nil)
    }

    /// Saves what the page looks like, light and dark, at the width of a desk and of a phone.
    static func photograph(_ name: String, _ page: WebDriver) async throws {
        let folder = URL(fileURLWithPath: FileManager.default.currentDirectoryPath)
            .appendingPathComponent(".build/journeys/shots")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (width, height) in [(390, 844), (1440, 900)] {
            try await page.resize(width: width, height: height)
            for scheme in ["dark", "light"] {
                try await page.prefer(colorScheme: scheme)
                try await page.wait(
                    for: "the layout to settle",
                    until: "innerWidth === \(width) && document.getAnimations().every((a) => a.playState !== 'running'"
                        + " || a.effect?.getTiming().iterations === Infinity)"
                )
                let picture = try await page.screenshot()
                try picture.write(to: folder.appendingPathComponent("\(name)-\(width)-\(scheme).png"))
            }
        }
    }

    /// The turns that name an app, which every script of a first message needs.
    static let naming: [Script.Turn] = [
        .init(
            "name",
            when: .init(first: true, offers: ["mcp__second__set_app_metadata"]),
            answer: .init([
                .tool("mcp__second__set_app_metadata", ["name": "Journey", "description": "An app of the journeys."])
            ])
        ),
        .init("named", when: .init(after: "name"), answer: .init([.text("Done.")])),
    ]
}
