import Application
import Domain
import Foundation
import Runtimes
import Testing

@testable import Assembly

/// For whom an outcome holds, and for how long.
@Suite struct SelfTestMemoryTests {
    typealias Outcome = RuntimeDetection.Runtime.SelfTest

    static func runtime(_ version: String? = "2.1.0", path: String = "/bin/claude") -> DetectedRuntime {
        DetectedRuntime(
            id: .claudeCode,
            isAvailable: true,
            version: version,
            path: path,
            envKeyConfigured: false,
            cliLikelyConfigured: false
        )
    }

    static func file() -> URL {
        FileManager.default.temporaryDirectory.appending(path: "self-tests-\(IdentifierSource.live.token()).json")
    }

    private static let failed = Outcome(passed: false, code: "self_test_timeout", message: "It took too long.")

    @Test func anOutcomeIsKeptForItsExecutableVersionAndBuild() async throws {
        let file = Self.file()
        defer { try? FileManager.default.removeItem(at: file) }  // Not written: fine.
        try await SelfTestMemory(file: file, build: "1").note(Self.failed, of: Self.runtime())
        let again = SelfTestMemory(file: file, build: "1")
        #expect(await again.outcomes(of: [Self.runtime()]) == [.claudeCode: Self.failed])
        #expect(await again.outcomes(of: [Self.runtime("2.1.1")]).isEmpty)
        #expect(await again.outcomes(of: [Self.runtime(nil)]).isEmpty)
        #expect(await again.outcomes(of: [Self.runtime(path: "/usr/bin/claude")]).isEmpty)
        #expect(await SelfTestMemory(file: file, build: "2").outcomes(of: [Self.runtime()]).isEmpty)

        try await again.note(Outcome(passed: true), of: Self.runtime("2.1.1"))
        let last = SelfTestMemory(file: file, build: "1")
        #expect(await last.outcomes(of: [Self.runtime("2.1.1")]) == [.claudeCode: Outcome(passed: true)])
        #expect(await last.outcomes(of: [Self.runtime()]).isEmpty)
    }

    @Test(arguments: [
        "", "no JSON", "[]", #"{"format":2,"runtimes":{}}"#, #"{"format":1,"runtimes":{"claude-code":{"path":7}}}"#,
        String(repeating: " ", count: 70_000) + #"{"format":1,"runtimes":{}}"#,
    ])
    func aFileThatIsNotOursIsReplaced(_ content: String) async throws {
        let file = Self.file()
        defer { try? FileManager.default.removeItem(at: file) }  // Not written: fine.
        try Data(content.utf8).write(to: file)
        let memory = SelfTestMemory(file: file)
        #expect(await memory.outcomes(of: [Self.runtime()]).isEmpty)
        try await memory.note(Self.failed, of: Self.runtime())
        #expect(await SelfTestMemory(file: file).outcomes(of: [Self.runtime()]) == [.claudeCode: Self.failed])
    }

    @Test func whatCannotBeWrittenIsKnownUntilTheEnd() async throws {
        let memory = SelfTestMemory(file: URL(filePath: "/nowhere/at/all.json"))
        await #expect(throws: (any Error).self) { try await memory.note(Self.failed, of: Self.runtime()) }
        #expect(await memory.outcomes(of: [Self.runtime()]) == [.claudeCode: Self.failed])
    }
}
