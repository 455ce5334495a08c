import Foundation

/// What a person does on a page, by CSS selector; each waits until it can be done.
extension WebDriver {
    package struct NotFound: Error, CustomStringConvertible {
        package let description: String
    }

    /// Waits until the expression is true in the page.
    package func wait(
        for what: String,
        until condition: String,
        within limit: Duration = .seconds(15),
        clock: any Clock<Duration> = ContinuousClock()
    ) async throws {
        let deadline = ContinuousClock.now.advanced(by: limit)
        while ContinuousClock.now < deadline {
            // A page that is being replaced cannot be asked; the next round can.
            if let answer = try? await self.evaluate("return !!(\(condition))"), answer.text == "true" { return }
            try await clock.sleep(for: .milliseconds(40))
        }
        // What the page says is only for the message; it may be gone.
        let text = (try? await self.evaluate("return document.body.innerText.slice(0, 2000)").text) ?? ""
        throw NotFound(
            description:
                "Waited \(limit) for \(what) at \((try? await self.currentURL()) ?? "?"); the page says: \(text)"
        )
    }

    package func waitFor(_ selector: String, within limit: Duration = .seconds(15)) async throws {
        try await self.wait(
            for: selector,
            until:
                "(() => { const e = document.querySelector(\(Self.literal(selector))); return e && e.getClientRects().length > 0 })()",
            within: limit
        )
    }

    package func waitForText(
        _ text: String,
        in selector: String = "body",
        within limit: Duration = .seconds(15)
    ) async throws {
        try await self.wait(
            for: "\"\(text)\" in \(selector)",
            until:
                "(document.querySelector(\(Self.literal(selector)))?.innerText ?? '').includes(\(Self.literal(text)))",
            within: limit
        )
    }

    /// Scrolls to the element and clicks its middle as a person would, so that covered elements fail.
    package func click(_ selector: String) async throws {
        try await self.waitFor(selector)
        try await self.wait(
            for: "\(selector) to be enabled",
            until: "!document.querySelector(\(Self.literal(selector))).disabled"
        )
        let element = try await self.element(selector)
        _ = try await self.command("POST", "element/\(element)/click", [:])
    }

    /// Replaces the field's text by typing.
    package func fill(_ selector: String, with text: String) async throws {
        try await self.waitFor(selector)
        let element = try await self.element(selector)
        _ = try await self.command("POST", "element/\(element)/clear", [:])
        _ = try await self.command("POST", "element/\(element)/value", ["text": text])
    }

    package func text(of selector: String) async throws -> String {
        try await self.waitFor(selector)
        return try await self.evaluate("return document.querySelector(\(Self.literal(selector))).innerText").decode()
    }

    package func count(of selector: String) async throws -> Int {
        try await self.evaluate("return document.querySelectorAll(\(Self.literal(selector))).length").decode()
    }

    /// Moves into the frame that the selector names, or back to the page.
    package func enterFrame(_ selector: String?) async throws {
        guard let selector else {
            _ = try await self.command("POST", "frame", ["id": NSNull()])
            return
        }
        let element = try await self.element(selector)
        _ = try await self.command("POST", "frame", ["id": [Self.elementKey: element]])
    }

    private func element(_ selector: String) async throws -> String {
        let found = try await self.command("POST", "element", ["using": "css selector", "value": selector])
        guard let element = (found as? [String: Any])?[Self.elementKey] as? String else {
            throw NotFound(description: "No element \(selector)")
        }
        return element
    }

    /// The specification's name for a reference to an element.
    private static let elementKey = "element-6066-11e4-a52e-4f735466cecf"

    private static func literal(_ text: String) -> String {
        let bytes = (try? JSONEncoder().encode(text)) ?? Data("\"\"".utf8)  // Text always encodes.
        return String(decoding: bytes, as: UTF8.self)
    }
}
