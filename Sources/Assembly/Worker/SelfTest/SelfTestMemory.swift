import Application
import Domain
import Foundation
import Runtimes
import WorkerAPI

/// What the last self-test of each runtime found, kept in the data folder, and for which executable, version and build of
/// ours it holds.
///
/// A file that cannot be read, or is not ours, is as good as none: the tests are made again.
actor SelfTestMemory {
    private struct Entry: Codable {
        var path: String
        var version: String
        var build: String
        var outcome: RuntimeDetection.Runtime.SelfTest
    }

    private struct Content: Codable {
        static let current = 1

        var format: Int
        var runtimes: [String: Entry]
    }

    private static let sizeLimit = 64 << 10

    private let file: URL
    private let build: String
    private var entries: [String: Entry]?

    /// `build` is our own version.
    init(file: URL, build: String = Version.current) {
        self.file = file
        self.build = build
    }

    func outcomes(of found: [DetectedRuntime]) -> [RuntimeID: RuntimeDetection.Runtime.SelfTest] {
        let entries = self.load()
        var outcomes: [RuntimeID: RuntimeDetection.Runtime.SelfTest] = [:]
        for runtime in found {
            guard let entry = entries[runtime.id.rawValue], entry.build == self.build,
                entry.path == runtime.path, entry.version == runtime.version ?? ""
            else { continue }
            outcomes[runtime.id] = entry.outcome
        }
        return outcomes
    }

    /// Keeps a finding, for this process even where it cannot be written.
    func note(_ outcome: RuntimeDetection.Runtime.SelfTest, of runtime: DetectedRuntime) throws {
        var entries = self.load()
        entries[runtime.id.rawValue] = Entry(
            path: runtime.path ?? "",
            version: runtime.version ?? "",
            build: self.build,
            outcome: outcome
        )
        self.entries = entries
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        try encoder.encode(Content(format: Content.current, runtimes: entries)).write(to: self.file, options: .atomic)
    }

    private func load() -> [String: Entry] {
        if let entries { return entries }
        var entries: [String: Entry] = [:]
        // Missing, too large, or not of this form: made again by the next test.
        if let size = try? self.file.resourceValues(forKeys: [.fileSizeKey]).fileSize, size <= Self.sizeLimit,
            let bytes = try? Data(contentsOf: self.file),
            let content = try? JSONDecoder().decode(Content.self, from: bytes), content.format == Content.current
        {
            entries = content.runtimes
        }
        self.entries = entries
        return entries
    }
}

extension RuntimeDetection.Runtime.SelfTest {
    init(_ finding: SelfTestFinding) {
        switch finding {
        case .works: self.init(passed: true)
        case .fails(let step, let message): self.init(passed: false, code: step.rawValue, message: message)
        }
    }
}
