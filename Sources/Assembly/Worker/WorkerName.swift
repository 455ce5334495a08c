import Domain
import Foundation

/// The name by which the registry knows a worker: made once and kept with its disk, because the disk is what it is
/// known for.
enum WorkerName {
    struct Unreadable: Error, CustomStringConvertible {
        let path: String
        var description: String { "The worker's name cannot be kept in \(self.path)." }
    }

    /// Called under the data folder's lock.
    static func load(_ file: URL, identifiers: IdentifierSource = .live) throws -> String {
        // A missing or damaged file is made anew below.
        if let text = try? String(contentsOf: file, encoding: .utf8).trimmingWhitespace(), text.count == 32,
            text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        {
            return text
        }
        let name = identifiers.token()
        do {
            try Data(name.utf8).write(to: file, options: .atomic)
        } catch {
            throw Unreadable(path: file.path)
        }
        return name
    }
}
