import Foundation

/// The processes of the machine at one moment, for a stop that leaves none behind (spec 03 §10.4).
struct ProcessTree: Sendable {
    struct Process: Sendable {
        var id: Int32
        var parent: Int32
        var session: Int32
        /// Over already, and waiting for its parent to hear of it.
        var isZombie: Bool
    }

    let processes: [Process]

    init(_ processes: [Process]) {
        self.processes = processes
    }

    /// As `/proc` has it; empty where there is none.
    static func read() -> ProcessTree {
        // Without /proc there is nothing to read.
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return ProcessTree(entries.compactMap { Int32($0).flatMap(self.process) })
    }

    /// Ids of all descendants, found in `/proc`.
    ///
    /// Asked before the parent is killed: afterwards its children belong to somebody else.
    static func descendants(of root: Int32) -> Set<Int32> {
        self.read().descendants(of: [root])
    }

    /// Ids of all that descend from any of these.
    func descendants(of roots: Set<Int32>) -> Set<Int32> {
        let children = Dictionary(grouping: self.processes, by: \.parent)
        var found: Set<Int32> = []
        var open = Array(roots)
        while let next = open.popLast() {
            for child in children[next] ?? [] where found.insert(child.id).inserted { open.append(child.id) }
        }
        return found
    }

    /// Those that are not over.
    var alive: [Process] { self.processes.filter { !$0.isZombie } }

    private static func process(_ id: Int32) -> Process? {
        // A process may end while it is looked at.
        guard let bytes = FileManager.default.contents(atPath: "/proc/\(id)/stat") else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        // The name in parentheses may hold anything, parentheses and spaces included.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 3, let parent = Int32(fields[1]), let session = Int32(fields[3]) else { return nil }
        return Process(id: id, parent: parent, session: session, isZombie: fields[0] == "Z")
    }
}
