import Foundation

/// The children of a process, from `/proc`.
enum ProcessTree {
    /// All descendants, parents before children; empty where there is no `/proc`.
    static func descendants(of root: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []  // Only Linux has it.
        var children: [Int32: [Int32]] = [:]
        for name in names {
            // A process may end while the list is read.
            guard let identifier = Int32(name),
                let text = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
                let end = text.lastIndex(of: ")")
            else { continue }
            // After the name in parentheses: the state, then the parent; proc_pid_stat(5).
            let fields = text[text.index(after: end)...].split(separator: " ")
            if fields.count > 1, let parent = Int32(fields[1]) { children[parent, default: []].append(identifier) }
        }
        var found: [Int32] = []
        var open = [root]
        while let next = open.popLast() {
            let own = children[next] ?? []
            found += own
            open += own
        }
        return found
    }

    /// Whether the process is the coding agent's CLI, by the arguments that only it is given.
    static func isAgent(_ process: Int32) -> Bool {
        // It may have ended; then it is none.
        let line = (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)) ?? ""
        return line.contains("--output-format\0stream-json")
    }
}
