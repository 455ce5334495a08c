import Domain
import Foundation
import Logging
import Testing

@testable import Builder

/// What a model is told about the type check (spec 02 §11), held against the type check.
@Suite
struct LanguageVersionTests {
    @Test func thePieceForThePromptFollowsTheCompiler() async throws {
        try await BuilderFixture.with { fixture in
            let program = fixture.root.appending(path: "program.js")
            for (text, version) in [
                ("    ts.versionMajorMinor = \"4.8\";", LanguageVersion(4, 8)),
                ("var versionMajorMinor = \"5.10\";\nvar versionMajorMinor = \"1.2\"", LanguageVersion(5, 10)),
                ("ts.versionMajorMinor, \"4.8\"", nil), ("versionMajorMinor = \"4\"", nil), ("", nil),
            ] {
                try Data(text.utf8).write(to: program)
                #expect(LanguageVersion(compiler: program.path) == version)
            }
            #expect(LanguageVersion(compiler: fixture.root.appending(path: "nothing").path) == nil)
            #expect(LanguageVersion(compiler: fixture.root.path) == nil)
        }
    }

    @Test func whatTheVersionHasIsNotForbidden() {
        #expect(
            LanguageVersion(4, 8).briefing
                == """
                # Type check
                `done_building` checks with TypeScript 4.8. Write nothing newer: no `satisfies`, no `accessor` fields, no \
                `const` type parameters, no `export type *`, no `using`, no import attributes (`with { type: … }`), no \
                `NoInfer`.
                """
        )
        #expect(LanguageVersion(5, 3).missingFeatures.map(\.name) == ["`NoInfer`"])
        #expect(LanguageVersion(5, 10).briefing.hasSuffix("TypeScript 5.10. Write nothing newer."))
        #expect(LanguageVersion(4, 10) < LanguageVersion(5, 0))
        #expect(LanguageVersion(4, 9) < LanguageVersion(4, 10))
    }

    /// The table against the compiler that is installed: it refuses what is named as missing and takes the rest.
    @Test(.enabled(if: BuilderFixture.canBuild, BuilderFixture.skipped))
    func theInstalledCompilerRefusesWhatThePromptForbids() async throws {
        let examples = [
            "`satisfies`": "export const a = { b: 1 } satisfies Record<string, number>;",
            "`accessor` fields": "export class A { accessor b = 1; }",
            "`const` type parameters": "export function a<const T>(b: T): T { return b; }",
            "`export type *`": #"export type * from "./lib/data";"#,
            "`using`": "export function a(b: any) { using c = b; return c; }",
            "import attributes (`with { type: … }`)": #"import "../package.json" with { type: "json" };"#,
            "`NoInfer`": "export function a<T>(b: T, c: NoInfer<T>): T { return b ?? c; }",
        ]
        let toolchain = try #require(BuilderFixture.toolchain)
        let version = try #require(LanguageVersion(compiler: toolchain.typeCheckProgram))
        #expect(Set(examples.keys) == Set(LanguageVersion.features.map(\.name)))
        try await BuilderFixture.with { fixture in
            let template = try await toolchain.template().files
            let checker = fixture.typeChecker(of: toolchain)
            for feature in LanguageVersion.features {
                let text = try #require(examples[feature.name])
                let path = try #require(SourcePath("src/newer.ts"))
                let files = template + [SourceFile(path: path, bytes: Data(text.utf8))]
                let problems = try await checker.check(app: "a", files: files)
                #expect(problems.isEmpty == (feature.since <= version), "\(feature.name): \(problems)")
            }
            await checker.stop()
        }
    }

    @Test(.enabled(if: BuilderFixture.canBuild, BuilderFixture.skipped))
    func theBuilderKnowsItsVersion() async throws {
        try await BuilderFixture.with { fixture in
            try await fixture.builder { builder in
                let toolchain = try #require(BuilderFixture.toolchain)
                let version = try #require(LanguageVersion(compiler: toolchain.typeCheckProgram))
                #expect(builder.briefing == version.briefing)
            }
        }
    }
}

extension BuilderFixture {
    func typeChecker(of toolchain: Toolchain) -> TypeChecker {
        TypeChecker(
            toolchain: toolchain,
            home: self.root.path(percentEncoded: false),
            wrap: { $0 },
            clock: ContinuousClock(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}
