import AsyncHTTPClient
import Foundation
import NIOCore
import Subprocess
import SystemPackage

/// A headless Chromium with its chromedriver, alive while the closure runs.
package enum Browser {
    package struct NotInstalled: Error, CustomStringConvertible {
        package let description =
            "chromedriver and chromium are not installed (apt-get install chromium chromium-driver)"
    }

    /// Whether both programs are on the machine.
    package static var isInstalled: Bool {
        self.driverPath != nil
    }

    /// Starts the driver on a free port, opens a session, runs the closure, and ends both whatever happens.
    package static func with<Result: Sendable>(
        width: Int = 1280,
        height: Int = 860,
        arguments: [String] = [],
        _ body: @Sendable (WebDriver) async throws -> Result
    ) async throws -> Result {
        guard let driverPath else { throw NotInstalled() }
        let port = try FreePort.find()
        let outcome = try await Subprocess.run(
            .path(FilePath(driverPath)),
            arguments: ["--port=\(port)", "--silent"],
            input: .none,
            output: .discarded,
            error: .discarded
        ) { execution in
            let client = HTTPClient(eventLoopGroupProvider: .singleton)
            do {
                let driver = try await self.openSession(
                    port: port,
                    client: client,
                    width: width,
                    height: height,
                    arguments: arguments
                )
                let result: Swift.Result<Result, any Error>
                do { result = .success(try await body(driver)) } catch { result = .failure(error) }
                try? await driver.quit()  // The driver's end takes the browser with it anyway.
                try await client.shutdown()
                await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))])
                return result
            } catch {
                try? await client.shutdown()  // The first error matters.
                await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(3))])
                return .failure(error)
            }
        }
        return try outcome.closureResult.get()
    }

    private static let driverPath = [
        "/usr/bin/chromedriver", "/usr/local/bin/chromedriver", "/opt/homebrew/bin/chromedriver",
    ]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

    private static func openSession(
        port: Int,
        client: HTTPClient,
        width: Int,
        height: Int,
        arguments: [String]
    ) async throws -> WebDriver {
        let transport = DriverTransport(client: client, base: "http://127.0.0.1:\(port)")
        var flags = ["--headless=new", "--disable-gpu", "--no-first-run", "--window-size=\(width),\(height)"]
        // Chromium refuses its own sandbox to the superuser, who runs the tests in containers.
        if getuid() == 0 { flags.append("--no-sandbox") }
        flags += arguments
        let capabilities: [String: Any] = [
            "capabilities": [
                "alwaysMatch": [
                    "browserName": "chrome",
                    "goog:chromeOptions": ["args": flags],
                    "goog:loggingPrefs": ["browser": "ALL"],
                ]
            ]
        ]
        let body = try JSONSerialization.data(withJSONObject: capabilities)
        var attempt = 0
        while true {
            do {
                let answer = try await transport.send("POST", "/session", body)
                let value = try WebDriver.value(of: answer, command: "new session") as? [String: Any]
                guard let session = value?["sessionId"] as? String else {
                    throw WebDriver.Failure.unreadable(command: "new session")
                }
                let driver = WebDriver(transport: transport, session: session)
                try await driver.resize(width: width, height: height)
                return driver
            } catch let failure as WebDriver.Failure {
                throw failure
            } catch {
                // The driver is not listening yet.
                attempt += 1
                guard attempt < 100 else { throw error }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }
}
