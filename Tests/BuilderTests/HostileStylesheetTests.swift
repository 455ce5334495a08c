import Domain
import Foundation
import Testing

@testable import Builder

/// A stylesheet costs about as much as it is long, whatever is in it: it is read before any limit of a program holds.
@Suite(.timeLimit(.minutes(5))) struct HostileStylesheetTests {
    private func check(_ text: String, isCancelled: Bool = false) throws -> StylesheetCheck {
        let path = try #require(SourcePath("src/index.css"))
        let bytes = Data(text.utf8.prefix(SnapshotRules.maximumFileBytes))
        let sources = try AppSnapshot(files: [SourceFile(path: path, bytes: bytes)])
        return try StylesheetCheck(["src/index.css"], of: sources, isCancelled: { isCancelled })
    }

    private func filled(with text: String, after start: String = "") -> String {
        start + String(repeating: text, count: SnapshotRules.maximumFileBytes / text.utf8.count)
    }

    @Test(arguments: ["@plugin", "@import\"x\"", "source(", "@source\"/\"", "@ımport", "@IMPORT"])
    func manyProblemsInOneLineAreFewAndShort(_ rule: String) throws {
        let problems = try self.check(self.filled(with: rule)).problems
        #expect(problems.count <= [BuildProblem].shownProblems)
        let kept = problems.reduce(0) { $0 + ($1.sourceLine?.utf8.count ?? 0) + $1.message.utf8.count }
        #expect(kept < 128 * 1024)
    }

    @Test(arguments: [
        ("@/*", "\""), ("@\\", "\""), ("/*@/**/", "\"@"), ("@\r", ""), ("@\\110000 ", "\""), ("@a/**/", "\""),
        ("@", ""),
        ("@import\"{{{", ""), ("@import '", "\""), ("@source\"{1..2}", ""), ("/*", ""), ("@-", ""),
    ])
    func noFormIsReadAgainAndAgain(_ text: String, _ start: String) throws {
        let problems = try self.check(self.filled(with: text, after: start)).problems
        #expect(problems.count <= [BuildProblem].shownProblems)
    }

    @Test func aSpellingThatNobodyNeedsIsRefused() throws {
        for name in [
            "plu/*\(String(repeating: "x", count: 300))*/gin", "plu\(String(repeating: "/**/", count: 40))gin",
        ] {
            #expect(try self.check("a{content:\"@\(name) './p.js'\"}").problems.count == 1, "\(name)")
        }
        #expect(try self.check("@\(String(repeating: "a", count: 4000)) x;").problems.isEmpty)
    }

    @Test func oneMissingFileIsOneProblem() throws {
        let problems = try self.check(self.filled(with: "@import './m.css';")).problems
        #expect(problems.map(\.message) == [#"There is no "src/m.css", which a stylesheet imports."#])
        let many = (0..<50_000).map { "@import './m\($0).css';" }.joined()
        #expect(try self.check(many).problems.count == [BuildProblem].shownProblems)
        let long = "@import './" + String(repeating: "m", count: 100_000) + ".css';"
        #expect(try self.check(long).problems.allSatisfy { $0.message.utf8.count < 1000 })
    }

    @Test func thePlaceInALongLineIsShown() throws {
        let before = String(repeating: "ü", count: 3000)
        let problem = try #require(try self.check("\n\(before)@plugin 'x';\(before)\n").problems.first)
        #expect(problem.line == 2 && problem.column == 3001)
        let lines = problem.text.split(separator: "\n").map(Array.init)
        try #require(lines.count == 3)
        let mark = try #require(lines[2].firstIndex(of: "^"))
        #expect(String(lines[1][mark...].prefix(7)) == "@plugin")
        #expect(lines[1].contains("…"))
    }

    @Test func whoeverLeavesIsNotReadFor() throws {
        #expect(throws: CancellationError.self) { try self.check("a{}", isCancelled: true) }
    }
}
