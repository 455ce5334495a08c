import Foundation

/// The processes that descend from one, for a stop that leaves none behind (spec 03 §10.4).
enum ProcessTree {
    /// Ids of all descendants, found in `/proc`; empty where there is none.
    ///
    /// Asked before the parent is killed: afterwards its children belong to somebody else.
    static func descendants(of root: Int32) -> [Int32] {
        // Without /proc there is nothing to read.
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: "/proc") else { return [] }
        var children: [Int32: [Int32]] = [:]
        for entry in entries {
            guard let id = Int32(entry), let parent = self.parent(of: id) else { continue }
            children[parent, default: []].append(id)
        }
        var found: [Int32] = []
        var open = [root]
        while let next = open.popLast() {
            let below = children[next] ?? []
            found += below
            open += below
        }
        return found
    }

    private static func parent(of id: Int32) -> Int32? {
        // A process may end while it is looked at.
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(id)/stat") else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        // The name in parentheses may hold anything, parentheses and spaces included.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 1 ? Int32(fields[1]) : nil
    }
}
