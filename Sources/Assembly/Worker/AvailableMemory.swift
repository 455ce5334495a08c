import Domain
import Foundation

/// How much memory this process and its children may still take: of the machine, and of the container if it has a limit.
struct AvailableMemory: Sendable {
    /// `/proc/meminfo`.
    let machine: String
    /// The folder of the process's own control group, version 2.
    let group: String

    static let live = Self(machine: "/proc/meminfo", group: "/sys/fs/cgroup")

    /// Bytes; as many as one can count where nothing is known.
    func bytes() -> Int {
        min(self.ofMachine ?? .max, self.ofGroup ?? .max)
    }

    private var ofMachine: Int? {
        self.read(self.machine)?.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
            .flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }.map { $0 << 10 }
    }

    /// What the limit leaves, with the file cache that the kernel gives back when asked.
    private var ofGroup: Int? {
        guard let limit = self.read(self.group + "/memory.max").flatMap({ Int($0.trimmingWhitespace()) }),
            let used = self.read(self.group + "/memory.current").flatMap({ Int($0.trimmingWhitespace()) })
        else { return nil }
        let cache = self.read(self.group + "/memory.stat")?.split(separator: "\n")
            .first { $0.hasPrefix("inactive_file ") }.flatMap { Int($0.dropFirst("inactive_file ".count)) }
        return max(0, limit - used + (cache ?? 0))
    }

    private func read(_ path: String) -> String? {
        // Not there: not known.
        try? String(contentsOfFile: path, encoding: .utf8)
    }
}
