import Synchronization

/// Asks every part at once and gives each two seconds (spec 05 B41).
///
/// A part that hangs is asked once, however often others ask for it: its question stays open until it is answered, and all
/// wait for that answer. So neither a hanging engine nor eager probes pile anything up.
final class Readiness: Sendable {
    static let patience = Duration.seconds(2)

    private let checks: [ReadinessCheck]
    private let clock: any Clock<Duration>
    private let open = Mutex<[String: Task<Bool, Never>]>([:])

    init(checks: [ReadinessCheck], clock: any Clock<Duration>) {
        self.checks = checks
        self.clock = clock
    }

    /// The parts by name, and whether each answered well and in time.
    func states() async -> [(part: String, isReady: Bool)] {
        await withTaskGroup(of: (String, Bool).self) { group in
            for check in self.checks {
                group.addTask { (check.part, await self.isReady(check)) }
            }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }
        }
    }

    private func isReady(_ check: ReadinessCheck) async -> Bool {
        let question = self.question(check)
        let (answers, answer) = AsyncStream<Bool>.makeStream()
        // Both end by themselves: the one with the question, the other after two seconds or when it is cancelled below.
        let waiting = Task { answer.yield(await question.value) }
        let timer = Task { [clock] in
            // Cancelled when the part was faster.
            try? await clock.sleep(for: Self.patience)
            answer.yield(false)
        }
        defer {
            waiting.cancel()
            timer.cancel()
        }
        for await isReady in answers { return isReady }
        return false
    }

    /// The open question to the part, or a new one.
    private func question(_ check: ReadinessCheck) -> Task<Bool, Never> {
        self.open.withLock { open in
            if let asked = open[check.part] { return asked }
            // Ends with the part's answer, and takes itself out then.
            let task = Task {
                defer { self.open.withLock { $0[check.part] = nil } }
                do {
                    try await check.check()
                    return true
                } catch {
                    return false
                }
            }
            open[check.part] = task
            return task
        }
    }
}
