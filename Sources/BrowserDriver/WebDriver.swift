package import Foundation

/// A W3C WebDriver client for one browser session, just large enough for the journeys.
///
/// Commands go to a chromedriver on loopback; see https://www.w3.org/TR/webdriver2.
package struct WebDriver: Sendable {
    package enum Failure: Error, CustomStringConvertible {
        case refused(command: String, error: String, message: String)
        case unreadable(command: String)

        package var description: String {
            switch self {
            case .refused(let command, let error, let message): "\(command): \(error): \(message)"
            case .unreadable(let command): "\(command): the driver's answer could not be read"
            }
        }
    }

    let transport: DriverTransport
    let session: String

    /// Opens `url` and waits for its load event.
    package func open(_ url: String) async throws {
        _ = try await self.command("POST", "url", ["url": url])
    }

    package func currentURL() async throws -> String {
        try await self.command("GET", "url") as? String ?? ""
    }

    package func reload() async throws {
        _ = try await self.command("POST", "refresh", [:])
    }

    /// Runs a function body in the page, with `arguments` as its parameters.
    ///
    /// The value comes back as JSON text.
    package func evaluate(_ body: String, _ arguments: [any Sendable] = []) async throws -> JSONText {
        let script = "return JSON.stringify((function() { \(body) }).apply(null, arguments) ?? null)"
        let value = try await self.command("POST", "execute/sync", ["script": script, "args": arguments])
        return JSONText(text: value as? String ?? "null")
    }

    /// Types text and special keys into what has the focus.
    package func type(_ text: String, pressing keys: [Key] = []) async throws {
        let characters = text.map { String($0) } + keys.map(\.rawValue)
        let actions = characters.flatMap { [["type": "keyDown", "value": $0], ["type": "keyUp", "value": $0]] }
        _ = try await self.command(
            "POST",
            "actions",
            ["actions": [["type": "key", "id": "keyboard", "actions": actions]]]
        )
    }

    /// Presses a key while others are held.
    package func press(_ key: String, holding modifiers: [Key] = []) async throws {
        var actions: [[String: String]] = modifiers.map { ["type": "keyDown", "value": $0.rawValue] }
        actions += [["type": "keyDown", "value": key], ["type": "keyUp", "value": key]]
        actions += modifiers.reversed().map { ["type": "keyUp", "value": $0.rawValue] }
        _ = try await self.command(
            "POST",
            "actions",
            ["actions": [["type": "key", "id": "keyboard", "actions": actions]]]
        )
    }

    /// Sets the content area's size by setting the device metrics, so that 390 px is really 390 px.
    package func resize(width: Int, height: Int) async throws {
        _ = try await self.chrome(
            "Emulation.setDeviceMetricsOverride",
            ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": false]
        )
    }

    /// Makes the page believe that the person prefers a dark or a light colour scheme.
    package func prefer(colorScheme: String) async throws {
        _ = try await self.chrome(
            "Emulation.setEmulatedMedia",
            ["features": [["name": "prefers-color-scheme", "value": colorScheme]]]
        )
    }

    /// A PNG of the visible page.
    package func screenshot() async throws -> Data {
        let encoded = try await self.command("GET", "screenshot") as? String ?? ""
        guard let picture = Data(base64Encoded: encoded) else { throw Failure.unreadable(command: "screenshot") }
        return picture
    }

    /// Console lines and page errors since the last call, as `level: message`.
    package func consoleLines() async throws -> [String] {
        let entries = try await self.command("POST", "se/log", ["type": "browser"]) as? [[String: Any]] ?? []
        return entries.map { "\($0["level"] as? String ?? ""): \($0["message"] as? String ?? "")" }
    }

    /// Sends a command of the Chrome DevTools protocol.
    package func chrome(_ name: String, _ parameters: [String: any Sendable]) async throws -> JSONText {
        let value = try await self.command("POST", "goog/cdp/execute", ["cmd": name, "params": parameters])
        let bytes = try JSONSerialization.data(withJSONObject: value ?? NSNull(), options: .fragmentsAllowed)
        return JSONText(text: String(decoding: bytes, as: UTF8.self))
    }

    package func cookies() async throws -> [String: String] {
        let entries = try await self.command("GET", "cookie") as? [[String: Any]] ?? []
        return entries.reduce(into: [:]) { cookies, entry in
            if let name = entry["name"] as? String { cookies[name] = entry["value"] as? String }
        }
    }

    /// Gives the browser a cookie for the host of the page that is open.
    package func setCookie(_ name: String, to value: String) async throws {
        _ = try await self.command("POST", "cookie", ["cookie": ["name": name, "value": value, "path": "/"]])
    }

    /// Opens another tab and moves to it; the handle serves to come back.
    package func openTab() async throws -> String {
        let tab = try await self.command("POST", "window/new", ["type": "tab"]) as? [String: Any]
        let handle = tab?["handle"] as? String ?? ""
        try await self.switchTab(to: handle)
        return handle
    }

    package func currentTab() async throws -> String {
        try await self.command("GET", "window") as? String ?? ""
    }

    package func switchTab(to handle: String) async throws {
        _ = try await self.command("POST", "window", ["handle": handle])
    }

    /// Ends the session and its browser.
    package func quit() async throws {
        _ = try await self.transport.send("DELETE", "/session/\(self.session)", nil)
    }

    func command(_ method: String, _ name: String, _ body: [String: Any]? = nil) async throws -> Any? {
        let bytes = try body.map { try JSONSerialization.data(withJSONObject: $0) }
        let answer = try await self.transport.send(method, "/session/\(self.session)/\(name)", bytes)
        return try Self.value(of: answer, command: name)
    }

    static func value(of answer: Data, command: String) throws -> Any? {
        guard let object = try JSONSerialization.jsonObject(with: answer) as? [String: Any] else {
            throw Failure.unreadable(command: command)
        }
        let value = object["value"]
        if let failure = value as? [String: Any], let error = failure["error"] as? String {
            throw Failure.refused(command: command, error: error, message: failure["message"] as? String ?? "")
        }
        return value is NSNull ? nil : value
    }
}

/// A value that came back from the page, as JSON.
package struct JSONText: Sendable, CustomStringConvertible {
    package let text: String

    package func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(Value.self, from: Data(self.text.utf8))
    }

    package var description: String { self.text }
}

/// Keys that have no character; code points of the WebDriver specification, section "Keyboard actions".
package enum Key: String, Sendable {
    case enter = "\u{E007}"
    case escape = "\u{E00C}"
    case tab = "\u{E004}"
    case shift = "\u{E008}"
    case control = "\u{E009}"
    case arrowUp = "\u{E013}"
    case arrowDown = "\u{E015}"
    case arrowLeft = "\u{E012}"
    case arrowRight = "\u{E014}"
    case home = "\u{E011}"
    case end = "\u{E010}"
    case f6 = "\u{E036}"
}
