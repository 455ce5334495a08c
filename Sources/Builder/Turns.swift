/// Lets a limited number of works run at a time; the others wait in the order in which they came.
actor Turns {
    private var free: Int
    private var lastNumber = 0
    private var waiting: [(number: Int, continuation: CheckedContinuation<Void, any Error>)] = []

    var isFull: Bool { self.free == 0 }
    var waitingCount: Int { self.waiting.count }

    init(atOnce: Int) {
        self.free = max(1, atOnce)
    }

    /// Runs the work when its turn comes; `waits` is called when that is not at once.
    ///
    /// Throws `CancellationError` when cancelled while waiting, otherwise what the work throws.
    func run<Value: Sendable>(
        waits: @Sendable () -> Void = {},
        _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        try await self.enter(waits)
        defer { self.leave() }
        return try await work()
    }

    private func enter(_ waits: @Sendable () -> Void) async throws {
        try Task.checkCancellation()
        if self.free > 0 {
            self.free -= 1
            return
        }
        waits()
        self.lastNumber += 1
        let number = self.lastNumber
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                self.waiting.append((number, continuation))
            }
        } onCancel: {
            // Ends by itself at once.
            Task { await self.giveUp(number) }
        }
    }

    /// The turn goes to the next, or is free.
    private func leave() {
        if self.waiting.isEmpty {
            self.free += 1
        } else {
            self.waiting.removeFirst().continuation.resume()
        }
    }

    private func giveUp(_ number: Int) {
        guard let index = self.waiting.firstIndex(where: { $0.number == number }) else { return }
        self.waiting.remove(at: index).continuation.resume(throwing: CancellationError())
    }
}
