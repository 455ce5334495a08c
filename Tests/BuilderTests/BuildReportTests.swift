import Domain
import Foundation
import Testing

@testable import Builder

@Suite struct BuildReportTests {
    @Test func problemsStandUnderTheirHeadingsWithPlaceAndSource() {
        let problems = [
            BuildProblem(
                .bundle,
                "Could not resolve \"x\"",
                file: "src/a.ts",
                line: 3,
                column: 8,
                sourceLine: "import \"x\""
            ),
            BuildProblem(.types, "Wrong", file: "src/b.ts", line: 12, column: 1, sourceLine: "\tconst x"),
        ]
        #expect(
            problems.report == """
                The app was not built; nothing of it changed. Fix the following and call done_building again.

                ## Types
                src/b.ts:12:1  Wrong
                    12 |  const x
                       | ^

                ## Bundle
                src/a.ts:3:8  Could not resolve "x"
                    3 | import "x"
                      |        ^
                """
        )
    }

    @Test func aMegabyteLineIsShownAroundItsColumn() {
        let line = String(repeating: "a", count: 2000) + "HERE" + String(repeating: "b", count: 1_000_000)
        let problem = BuildProblem(.types, "Wrong", file: "f", line: 1, column: 2001, sourceLine: line)
        #expect(problem.text.utf8.count < 600)
        #expect(problem.text.contains("aaHEREbb"))
        let lines = problem.text.split(separator: "\n")
        let caret = lines[2].firstIndex(of: "^").map { lines[2].distance(from: lines[2].startIndex, to: $0) }
        let here = lines[1].range(of: "HERE").map { lines[1].distance(from: lines[1].startIndex, to: $0.lowerBound) }
        #expect(caret == here)
    }

    @Test func controlCharactersDoNotReachTheReader() {
        let problem = BuildProblem(
            .types,
            "\u{1B}[31mred\u{202E}",
            file: "a\u{7}b",
            line: 1,
            column: 1,
            sourceLine: "\u{0}x"
        )
        #expect(!problem.text.unicodeScalars.contains { $0.value < 0x20 && $0.value != 0x0A })
        #expect(!problem.text.unicodeScalars.contains("\u{202E}"))
    }

    @Test func aFloodOfProblemsIsCut() {
        let problems = (0..<5000).map { BuildProblem(.types, String(repeating: "x", count: 500), file: "f\($0)") }
        #expect(problems.report.utf8.count < 25_000)
        #expect(problems.report.contains("more."))
    }

    @Test func theResultIsTheDocumentOfTheSpec() throws {
        let path = try #require(SourcePath("dist/index.html"))
        let snapshot = try AppSnapshot(files: [SourceFile(path: path, bytes: Data("abc".utf8))])
        let outcome = BuildOutcome.complete(CompletedBuild(summary: "Made \"it\"\n</script>", snapshot: snapshot))
        let hash = try #require(snapshot.hash).rawValue
        #expect(
            outcome.toolText
                == #"{"status":"complete","summary":"Made \"it\"\n</script>","fileCount":1,"totalBytes":3,"#
                + #""hash":"\#(hash)","warning":null}"#
        )
    }

    @Test func esbuildMessagesAreReadWithTheirPlaces() {
        let problems = EsbuildMessages.problems(
            in: """
                ✘ [ERROR] Could not resolve "lodash"

                    src/bad.tsx:1:14:
                      1 │ import x from "lodash"
                        ╵               ~~~~~~~~

                  You can mark the path "lodash" as external to exclude it from the bundle.

                ✘ [ERROR] Unexpected ";"

                    src/it: odd.tsx:20:0:
                      20 │ ;
                         ╵ ^
                """,
            area: .bundle
        )
        #expect(
            problems == [
                BuildProblem(
                    .bundle,
                    "Could not resolve \"lodash\"",
                    file: "src/bad.tsx",
                    line: 1,
                    column: 15,
                    sourceLine: "import x from \"lodash\""
                ),
                BuildProblem(
                    .bundle,
                    "Unexpected \";\"",
                    file: "src/it: odd.tsx",
                    line: 20,
                    column: 1,
                    sourceLine: ";"
                ),
            ]
        )
        #expect(EsbuildMessages.problems(in: "", area: .bundle).count == 1)
        #expect(EsbuildMessages.problems(in: "panic: gone", area: .bundle).map(\.message) == ["panic: gone"])
    }
}

@Suite struct PackageManifestTests {
    @Test(arguments: [
        (#"{}"#, []),
        (#"{"dependencies":{"react":"^18"},"devDependencies":{"typescript":"5","tailwindcss":"4"}}"#, []),
        (
            #"{"dependencies":{"zod":"3","react":"18"},"devDependencies":{"vite":"5"},"optionalDependencies":{"a":"1"}}"#,
            ["a", "vite", "zod"]
        ),
    ])
    func packagesThatTheToolchainLacksAreNamed(_ manifest: String, _ expected: [String]) throws {
        #expect(try PackageManifest(parsing: Data(manifest.utf8)).unprovided == expected)
    }

    @Test(arguments: ["", "[]", "{", #"{"dependencies":[]}"#, #"{"dependencies":{"a":1}}"#])
    func whatIsNoManifestIsRefused(_ text: String) {
        #expect(throws: (any Error).self) { try PackageManifest(parsing: Data(text.utf8)) }
    }
}
