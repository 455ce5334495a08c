import BrowserDriver
import Foundation

/// Asks axe-core what stands in the way of people with disabilities (spec 06 §11: AA).
enum Accessibility {
    struct Finding: Decodable, Sendable, CustomStringConvertible {
        struct Node: Decodable, Sendable {
            let html: String
            let failureSummary: String?
        }

        let id: String
        let impact: String?
        let nodes: [Node]

        var description: String {
            let places = self.nodes.prefix(6).map { node in
                "\(node.html.prefix(200)) \((node.failureSummary ?? "").replacing("\n", with: " "))"
            }
            return "\(self.id) (\(self.impact ?? "")): \(places.joined(separator: " | "))"
        }
    }

    /// The moderate, serious and critical findings on the page as it is now; what runs in frames is not ours.
    static func findings(on page: WebDriver) async throws -> [Finding] {
        _ = try await page.evaluate(try Self.axe())
        _ = try await page.evaluate(
            "window.axeAnswer = undefined; window.axe.run(document, { iframes: false, resultTypes: ['violations'] })"
                + ".then((answer) => { window.axeAnswer = answer.violations }, "
                + "(error) => { window.axeAnswer = [{ id: String(error), impact: 'critical', nodes: [] }] });"
        )
        try await page.wait(for: "axe", until: "window.axeAnswer", within: .seconds(30))
        let all: [Finding] = try await page.evaluate("return window.axeAnswer").decode()
        return all.filter { ["moderate", "serious", "critical"].contains($0.impact ?? "") }
    }

    /// The library's text, from the Python package of `scripts/test-requirements.txt` that carries it.
    private static func axe() throws -> String {
        let python = ProcessInfo.processInfo.environment["SECOND_TEST_PYTHON"] ?? ".venv/bin/python"
        let libraries = URL(fileURLWithPath: python).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "lib")
        for version in try FileManager.default.contentsOfDirectory(atPath: libraries.path).sorted() {
            let file = libraries.appending(path: "\(version)/site-packages/axe_core_python/axe.min.js")
            if FileManager.default.fileExists(atPath: file.path) {
                return try String(contentsOf: file, encoding: .utf8)
            }
        }
        throw JourneyFailure(description: "axe-core is not installed beside \(python); see scripts/setup test.")
    }
}
