/// Finds out whether the sandbox works on this machine, by using it.
package struct SandboxProbe: Sendable {
    package enum Finding: Sendable {
        case usable(Sandbox)
        /// One sentence for the operator.
        case unusable(reason: String)
    }

    private let locator: ExecutableLocator
    private let clock: any Clock<Duration>

    package init(locator: ExecutableLocator, clock: any Clock<Duration> = ContinuousClock()) {
        self.locator = locator
        self.clock = clock
    }

    package func find() async -> Finding {
        #if os(Linux)
        guard let path = self.locator.locate("bwrap") ?? self.locator.locate("bubblewrap") else {
            return .unusable(reason: "bubblewrap is not installed (apt-get install bubblewrap)")
        }
        let sandbox = Sandbox(bubblewrap: path)
        let command = sandbox.wrap(
            .init(executable: "/bin/sh", arguments: ["-c", "test ! -e /root && test ! -e /home && echo inside"]),
            workingDirectory: "/tmp"
        )
        let answer = await CommandProbe.run(
            command.executable,
            command.arguments,
            environment: ["PATH": "/usr/bin:/bin"],
            limit: .seconds(5),
            clock: self.clock
        )
        .answer
        guard let answer else { return .unusable(reason: "bubblewrap could not be started or does not answer") }
        guard answer.isSuccess, answer.output.contains("inside") else {
            let said = answer.output.split(separator: "\n").first.map(String.init) ?? "no reason given"
            return .unusable(reason: "bubblewrap cannot make a sandbox here: \(said)")
        }
        return .usable(sandbox)
        #else
        return .unusable(reason: "the sandbox needs Linux")
        #endif
    }
}
