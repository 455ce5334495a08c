import Synchronization

/// True for whoever asks first.
final class Once: Sendable {
    private let isTaken = Mutex(false)

    func take() -> Bool {
        self.isTaken.withLock { isTaken in
            defer { isTaken = true }
            return !isTaken
        }
    }
}
