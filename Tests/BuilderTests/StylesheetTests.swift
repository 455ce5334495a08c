import Domain
import Foundation
import Testing

@testable import Builder

/// What the style compiler would read or run for an app is found out before it starts, however it is written.
@Suite struct StylesheetTests {
    private func check(_ files: [String: String], first: [String] = ["src/index.css"]) throws -> StylesheetCheck {
        let sources = try AppSnapshot(
            files: files.map { path, text in
                SourceFile(path: try #require(SourcePath(path)), bytes: Data(text.utf8))
            }
        )
        return try StylesheetCheck(first, of: sources)
    }

    @Test(arguments: [
        #"@plugin "./p.js";"#, #"@config "./c.js";"#, #"@PLUGIN "./p.js";"#, #"@Config'./c.js';"#,
        #"@\70lugin "./p.js";"#, #"@\000070 lugin "./p.js";"#, #"@plu\67 in "./p.js";"#, #"@p\lugin "./p.js";"#,
        #"@media print{@plugin "./p.js"}"#, "@plu\rgin \"./p.js\";", "@plugin\t\n\"./p.js\";",
        #"a{content:"/*"} @plugin "./p.js"; b{content:"*/"}"#, #"a{content:"@plu/**/gin './p.js'"}"#,
        #"a{b:url(/*)} */ @plugin "./p.js";"#,
    ])
    func noStylesheetNamesAScript(_ rule: String) throws {
        let problems = try self.check(["src/index.css": "@import \"tailwindcss\";\n\n\(rule)\n"]).problems
        #expect(problems.contains { $0.file == "src/index.css" && $0.line == 3 && $0.area == .styles }, "\(problems)")
    }

    @Test(arguments: [
        #"@import "./x.txt";"#, #"@import "./x";"#, #"@import url("./x.css");"#, #"@import url(./x.css);"#,
        #"@import "/etc/x.css";"#, #"@import "../../x.css";"#, #"@import "https://fonts.example/x.css";"#,
        #"@import "file:///x.css";"#, #"@import "\2e/x.css";"#, #"@import "./x.css?y";"#, #"@import "./x.txt?y.css";"#,
        #"@import "./x.txt#y.css";"#, #"@import "tailwindcss/plugin";"#, #"@import "some-package";"#,
        #"@IMPORT "./x.css";"#, #"@i\6dport "./x.txt";"#, #"@reference "./x.txt";"#, #"@reference "../../x.css";"#,
        #"@import ./x.css;"#, "@import \"./x\n.css\";", #"@media print { @import "./x.txt"; }"#,
        #"@import "./missing.css";"#, #"@import "./x.css"#,
    ])
    func onlyStylesheetsOfTheAppAreImported(_ rule: String) throws {
        let problems = try self.check(["src/index.css": "\n\(rule)\n", "src/x.css": "", "src/x.txt": "", "src/x": ""])
            .problems
        #expect(!problems.isEmpty)
    }

    @Test(arguments: ["public/evil.css", "src/deep/evil.css", "evil.css"])
    func importsAreFollowedWhereverTheyLead(_ path: String) throws {
        let files = [
            "src/index.css": "@import \"tailwindcss\";\n@import \"./a.css\" layer(base) screen;\n",
            "src/a.css": "@reference '../\(path)';", path: "a{}\n@plugin \"./evil.js\";",
        ]
        let problems = try self.check(files).problems
        #expect(problems.map(\.file) == [path])
        #expect(problems.map(\.line) == [2])
    }

    @Test(arguments: [
        #"@source "/etc";"#, #"@source "../../..";"#, #"@source not "/etc";"#, #"@source "..";  @source "../..";"#,
        #"@source "./*/../../../x";"#, #"@source "{/etc,x}";"#, #"@source "{,x}/etc/**";"#,
        #"@source ".{.,x}/.{.,x}/y";"#, #"@source "./.{.,x}";"#, #"@source url(x);"#, #"@source "\2f etc";"#,
        #"@import "tailwindcss" source("../..");"#, #"@import "tailwindcss" source("/etc");"#,
        #"@tailwind utilities source('/etc');"#, #"@media source("/etc") { @tailwind utilities; }"#,
        #"@source inline("p-{1..100000000}");"#, #"@source not inline("{{1..200},{1..200}}-{1..200}");"#,
        #"@source inline("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}");"#,
        #"@source inline("{1..999999999999999999}");"#, #"@source "./x/{1..100000}.html";"#,
    ])
    func namesAreLookedForInTheAppOnlyAndInBounds(_ rule: String) throws {
        let problems = try self.check(["src/index.css": "@import \"tailwindcss\";\n\(rule)\n"]).problems
        #expect(problems.contains { $0.file == "src/index.css" && $0.line == 2 }, "\(problems)")
    }

    @Test func whatAppsWriteIsFine() throws {
        let text = """
            @import "tailwindcss" source(none) prefix(tw);
            @import "tailwindcss/theme.css" layer(theme);
            @import './parts/a.css' layer(base);
            @import "b.css" screen and (min-width: 1px);
            /* @plugin "./evil.js"; @import "./x.txt"; @source "/etc"; */
            @source "../src/**/*.{ts,tsx}";
            @source not "../public";
            @source inline("{hover:,}bg-red-{50,{100..900..100},950}");
            @theme { --color-a: #fff; }
            @utility tab-4 { tab-size: 4; }
            @layer base { a { content: "\\201C"; background: url(/a.png); } }
            .\\@container\\/x { color: red }
            """
        let check = try self.check(["src/index.css": text, "src/parts/a.css": "a{}", "src/b.css": "b{}"])
        #expect(check.problems == [])
    }

    @Test func theCompilerGetsWhatWasCheckedAndNothingElse() throws {
        let text = "a { /* ü\n @plu */ b: \"/* kept */\"; }\n@pl/**/ugin \"./x\"; /* open"
        let stylesheet = Stylesheet(path: "src/a.css", bytes: Array(text.utf8))
        let read = String(decoding: stylesheet.bytes, as: UTF8.self)
        #expect(read.contains("\"/* kept */\"") && read.contains("@pl    ugin") && !read.contains("@plu"))
        #expect(read.split(separator: "\n").count == 3 && stylesheet.bytes.count == text.utf8.count)

        let files = [
            "src/index.css": "/*x*/a{}", "public/other.css": "@plugin 'x';", "src/X.CSS": "x", "src/a.ts": "a",
        ]
        let staged = try self.check(files).staged(
            files.keys.sorted().map { path in
                SourceFile(path: try #require(SourcePath(path)), bytes: Data((files[path] ?? "").utf8))
            }
        )
        #expect(
            staged.map { String(decoding: $0.bytes, as: UTF8.self) } == ["", "", "a", "     a{}"]
        )
    }

    @Test(
        .enabled(if: BuilderFixture.canBuild, BuilderFixture.skipped),
        arguments: [("src/x.txt", "./x.txt"), ("public/evil.css", "../public/evil.css"), ("src/e.css", "./e.css")]
    )
    func nothingOfTheAppRunsInAWholeBuild(_ file: String, _ reference: String) async throws {
        for rule in ["@plugin", "@config", "@plu/**/gin", "@\\70lugin"] {
            try await BuilderFixture.with { fixture in
                let marker = fixture.root.appending(path: "ran")
                let script = "require('fs').writeFileSync(\(marker.path.jsonLiteral), 'x'); module.exports = () => {};"
                let workspace = try await fixture.workspace(
                    "a",
                    [
                        "src/index.css": "@import \"tailwindcss\";\n@import \"\(reference)\";\n",
                        file: "\(rule) \"./evil.js\";\n", "src/evil.js": script, "public/evil.js": script,
                    ]
                )
                try await fixture.builder { builder in
                    _ = try await builder.build(workspace: workspace, app: "a", summary: "")
                    #expect(!FileManager.default.fileExists(atPath: marker.path))
                }
            }
        }
    }
}
