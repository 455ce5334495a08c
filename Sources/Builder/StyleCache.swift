import Domain
import Synchronization

/// Compiled styles by the hash of all the sources they were made from; the same sources have the same styles.
final class StyleCache: Sendable {
    private static let capacity = 24
    private static let byteLimit = 512 * 1024

    private let entries = Mutex<[(key: ContentHash, output: StyleStep.Output)]>([])

    subscript(key: ContentHash) -> StyleStep.Output? {
        self.entries.withLock { entries in
            guard let index = entries.firstIndex(where: { $0.key == key }) else { return nil }
            let entry = entries.remove(at: index)
            entries.append(entry)
            return entry.output
        }
    }

    func keep(_ output: StyleStep.Output, for key: ContentHash) {
        let size = output.assets.reduce(output.stylesheet.count) { $0 + $1.bytes.count }
        guard size <= Self.byteLimit else { return }
        self.entries.withLock { entries in
            entries.removeAll { $0.key == key }
            entries.append((key, output))
            if entries.count > Self.capacity { entries.removeFirst() }
        }
    }
}
