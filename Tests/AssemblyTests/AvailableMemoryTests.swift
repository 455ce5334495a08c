import Foundation
import Testing

@testable import Assembly

@Suite struct AvailableMemoryTests {
    private func with(_ files: [String: String], _ body: (AvailableMemory) -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "memory-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // Nothing there is fine.
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        let path = folder.path(percentEncoded: false)
        body(AvailableMemory(machine: path + "/meminfo", group: path))
    }

    static let machine = "MemTotal:  8000 kB\nMemFree:  1000 kB\nMemAvailable:    5000 kB\n"

    @Test func theNarrowerLimitCounts() throws {
        try self.with(["meminfo": Self.machine]) { #expect($0.bytes() == 5_120_000) }
        let group = ["meminfo": Self.machine, "memory.max": "3000000\n", "memory.current": "2500000\n"]
        try self.with(group) { #expect($0.bytes() == 500_000) }
        try self.with(group.merging(["memory.stat": "anon 5\ninactive_file 100000\n"]) { $1 }) {
            #expect($0.bytes() == 600_000)
        }
        try self.with(group.merging(["memory.current": "3000001\n"]) { $1 }) { #expect($0.bytes() == 0) }
        try self.with(group.merging(["memory.max": "max\n"]) { $1 }) { #expect($0.bytes() == 5_120_000) }
    }

    @Test func whereNothingIsKnownNothingIsRefused() throws {
        try self.with([:]) { #expect($0.bytes() == .max) }
        try self.with(["meminfo": "garbage", "memory.max": "x"]) { #expect($0.bytes() == .max) }
    }

    @Test func thisMachineHasMemory() {
        #expect(AvailableMemory.live.bytes() > 0)
        #expect(AvailableMemory.live.bytes() < .max)
    }
}
