import Foundation

/// What is left of a turn's processes when its agent is gone without a sandbox around it (spec 03 §10.4).
///
/// An agent that crashed has no descendants any more: its children belong to the system then, and may have a session of
/// their own. So they are found by what they were born with: the session of the agent, or its private home in their
/// environment, which no other turn has at the same time. Only a process that left its session, cleared its
/// environment and lost its parent is missed.
enum TurnProcesses {
    /// A process that multiplies is not chased for ever.
    private static let maximumRounds = 20

    /// Kills what is left; needs `/proc`, elsewhere only the group of the agent was ended.
    ///
    /// - Parameters:
    ///   - root: the agent's id, which was its session's too; it is gone.
    ///   - home: the agent's `CLAUDE_CONFIG_DIR`.
    ///   - look: reads the processes of the machine, which are many: once a round.
    static func endLeftovers(of root: Int32, home: String, look: () -> ProcessTree = ProcessTree.read) {
        let mark = Array("CLAUDE_CONFIG_DIR=\(home)".utf8)
        for _ in 0..<Self.maximumRounds {
            let tree = look()
            var found = Set(tree.alive.filter { $0.session == root || Self.has(mark, $0.id) }.map(\.id))
            found.formUnion(tree.descendants(of: found))
            found.remove(getpid())
            guard !found.isEmpty else { return }
            for id in found { ProcessSignal.kill(id) }
        }
    }

    private static func has(_ mark: [UInt8], _ id: Int32) -> Bool {
        // A process of somebody else does not say, and one may end while it is looked at.
        guard let environment = FileManager.default.contents(atPath: "/proc/\(id)/environ") else { return false }
        return environment.split(separator: 0).contains { $0.elementsEqual(mark) }
    }
}
