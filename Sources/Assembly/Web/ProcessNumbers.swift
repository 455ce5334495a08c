import Exposition
import Foundation

/// What the system says of this process, under the names that Prometheus clients share.
///
/// Linux only.
enum ProcessNumbers {
    static func add(to exposition: Exposition) {
        #if os(Linux)
        exposition.observe("process_resident_memory_bytes", .gauge, "Resident memory.") {
            Self.pages().map { Double($0) * Double(sysconf(Int32(_SC_PAGESIZE))) } ?? 0
        }
        exposition.observe("process_open_fds", .gauge, "Open file descriptors.") {
            // A folder that cannot be listed has no number.
            Double((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0)
        }
        exposition.observe("process_cpu_seconds", .counter, "Processor time used, user and system.") {
            var usage = rusage()
            guard getrusage(Self.thisProcess, &usage) == 0 else { return 0 }
            let microseconds = Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
            return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + microseconds / 1_000_000
        }
        #endif
    }

    #if os(Linux)
    private static let thisProcess = __rusage_who_t(RUSAGE_SELF.rawValue)
    #endif

    /// The second number of `statm`.
    private static func pages() -> Int? {
        // Not Linux, or no `/proc`: no number.
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let fields = text.split(separator: " ")
        return fields.count > 1 ? Int(fields[1]) : nil
    }
}
