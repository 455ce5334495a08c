import Foundation

/// The processes that descend from one, for a stop that leaves none behind (spec 03 §10.4).
enum ProcessTree {
    /// Ids of all descendants, found in `/proc`; empty where there is none.
    ///
    /// Asked before the parent is killed: afterwards its children belong to somebody else.
    static func descendants(of root: Int32) -> [Int32] {
        var children: [Int32: [Int32]] = [:]
        for (id, status) in self.all() { children[status.parent, default: []].append(id) }
        var found: [Int32] = []
        var open = [root]
        while let next = open.popLast() {
            let below = children[next] ?? []
            found += below
            open += below
        }
        return found
    }

    /// The session of every process that is alive; zombies are not.
    static func sessions() -> [(id: Int32, session: Int32)] {
        self.all().filter { $0.status.state != "Z" }.map { ($0.id, $0.status.session) }
    }

    private struct Status {
        var state: Substring
        var parent: Int32
        var session: Int32
    }

    private static func all() -> [(id: Int32, status: Status)] {
        // Without /proc there is nothing to read.
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else { return [] }
        return entries.compactMap { entry in
            guard let id = Int32(entry), let status = self.status(of: id) else { return nil }
            return (id, status)
        }
    }

    private static func status(of id: Int32) -> Status? {
        // A process may end while it is looked at.
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(id)/stat") else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        // The name in parentheses may hold anything, parentheses and spaces included.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 3, let parent = Int32(fields[1]), let session = Int32(fields[3]) else { return nil }
        return Status(state: fields[0], parent: parent, session: session)
    }
}
