import Domain
import Foundation
import Testing
import WorkerAPI

@testable import Assembly

/// Self-tests with the real Claude Code, and with what the next version of it might do (spec 03 §22.34).
@Suite(.serialized, .enabled(if: FakeCommand.isReady, "Claude Code is not here; set SECOND_CLAUDE_PATH."))
struct SelfTestBenchTests {
    @Test(.timeLimit(.minutes(5)), arguments: [(false, false), (true, true)])
    func theVersionThatWeKnowWorks(_ hasKey: Bool, _ isContained: Bool) async throws {
        try await FakeCommand.with { command in
            let subject = await command.subject(hasKey: hasKey, isContained: isContained)
            let finding = try await command.bench().test(subject, version: "2.1.329")
            #expect(finding == .works)
            #expect(command.isClean)
        }
    }

    struct Bump: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var commands: String
        var step: SelfTestStep
        var said = ""
    }

    /// What a new version does with arguments that it knew before.
    static let bumps = [
        Bump(
            testDescription: "it refuses an option",
            commands: """
                for word in "$@"; do
                  if [ "$word" = --permission-prompts ]; then echo "error: unknown option '$word'" >&2; exit 1; fi
                done
                run "$@"
                """,
            step: .notStarted,
            said: "error: unknown option '--permission-prompts'"
        ),
        Bump(
            testDescription: "it takes no notice of our tool servers",
            commands: #"drop --mcp-config "$@""#,
            step: .noToolCall,
            said: "could not be reached"
        ),
        Bump(
            testDescription: "it takes no notice of the system prompt",
            commands: #"drop --system-prompt-file "$@""#,
            step: .promptLost
        ),
        Bump(
            testDescription: "it lets no tool be called that is not named otherwise",
            commands: #"drop --allowedTools "$@""#,
            step: .noToolCall
        ),
        Bump(
            testDescription: "it speaks another language",
            commands: #"drop --output-format "$@""#,
            step: .notStarted
        ),
        Bump(
            testDescription: "it leaves with another code",
            commands: #"run() { '\#(FakeCommand.claude ?? "")' "$@"; exit 4; }; run "$@""#,
            step: .endedBadly,
            said: "exit code 4"
        ),
        Bump(
            testDescription: "it goes to another provider",
            commands: #"export ANTHROPIC_BASE_URL=http://127.0.0.1:9 CLAUDE_CODE_MAX_RETRIES=0; run "$@""#,
            step: .noRequest
        ),
    ]

    @Test(.timeLimit(.minutes(5)), arguments: Self.bumps)
    func whatANewVersionDoesOtherwiseIsSeen(_ bump: Bump) async throws {
        try await FakeCommand.with(FakeCommand.before(bump.commands)) { command in
            let finding = try await command.bench().test(await command.subject(), version: "9.0.1")
            guard case .fails(let step, let message) = finding else {
                Issue.record("It is said to work.")
                return
            }
            #expect(step == bump.step, "\(message)")
            #expect(message.hasPrefix("Claude Code 9.0.1 does not work with this version of Second: "), "\(message)")
            #expect(bump.said.isEmpty || message.contains(bump.said), "\(message)")
            #expect(command.isClean)
        }
    }

    @Test(.timeLimit(.minutes(5))) func whatNeverAnswersIsStoppedWithAllThatItStarted() async throws {
        let commands =
            "trap '' TERM INT HUP; sh -c \"trap '' TERM; sleep 600\" \"$0-child\" & while :; do sleep 1; done"
        try await FakeCommand.with(commands) { command in
            let finding = try await command.bench(limit: .seconds(1)).test(await command.subject(), version: nil)
            #expect(
                finding
                    == .fails(
                        .timeout,
                        message:
                            "Claude Code does not work with this version of Second: its turn was not over in time: "
                            + "its session did not begin."
                    )
            )
            #expect(command.isClean)
        }
    }

    /// What the command says, over and over, until megabytes are written.
    @Test(
        .timeLimit(.minutes(5)),
        arguments: [
            (#"yes "$(printf '\033[31m<img src=x onerror=alert(1)>\033]0;owned\007')" | head -c 20000000 >&2; exit 3"#),
            (#"head -c 20000000 /dev/zero | tr '\0' '{'; exit 3"#),
            (#"yes '{"type":"system","subtype":"unknown"}' | head -c 3000000; exit 3"#),
            (#"printf '\000\377\376not text\n' >&2; printf 'sk-ant-api03-AAAAAAAAAAAAAAAA\n' >&2; exit 3"#),
        ],
        [true, false]
    )
    func whatIsHostileIsToldInOneCleanLine(_ commands: String, _ isContained: Bool) async throws {
        try await FakeCommand.with(commands) { command in
            let subject = await command.subject(isContained: isContained)
            let finding = try await command.bench().test(subject, version: "9.0.1")
            guard case .fails(let step, let message) = finding else {
                Issue.record("It is said to work.")
                return
            }
            #expect(step == .notStarted)
            #expect(message.count <= SelfTestFinding.messageLimit)
            let odd = message.unicodeScalars.filter { [.control, .format].contains($0.properties.generalCategory) }
            #expect(odd.isEmpty, "\(message.debugDescription)")
            #expect(!message.contains("[31m") && !message.contains("owned") && !message.contains("sk-ant-api03"))
            #expect(command.isClean)
        }
    }

    @Test func whatItMadeIsRemovedAndWhatItPointedAtIsNot() async throws {
        let commands = """
            out=$(dirname "$0")
            for folder in "$HOME" .; do
              ln -s "$out" "$folder/link"; mkdir -p "$folder/a/b/c"; echo x > "$folder/a/b/c/d"; chmod 0 "$folder/a"
            done
            exit 3
            """
        try await FakeCommand.with(commands) { command in
            _ = try await command.bench().test(await command.subject(), version: nil)
            #expect(command.isClean)
            #expect(FileManager.default.isExecutableFile(atPath: command.path))
        }
    }

    @Test func aFolderThatCannotBeWrittenSaysNothingAboutTheRuntime() async throws {
        try await FakeCommand.with("exit 0") { command in
            try FileManager.default.removeItem(at: command.folder)
            try Data().write(to: command.root.appending(path: "caches"))
            await #expect(throws: (any Error).self) {
                _ = try await command.bench().test(await command.subject(), version: nil)
            }
        }
    }

    @Test func whatADeadProcessLeftIsRemovedAndWhatALivingOneMakesIsNot() async throws {
        try await FakeCommand.with("exit 0") { command in
            let old = command.folder.appending(path: "self-test-old/home")
            let young = command.folder.appending(path: "self-test-young/home")
            let other = command.folder.appending(path: "builds")
            for folder in [old, young, other] {
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            }
            for folder in [old.deletingLastPathComponent(), other] {
                try FileManager.default.setAttributes(
                    [.modificationDate: Date(timeIntervalSinceNow: -3600)],
                    ofItemAtPath: folder.path(percentEncoded: false)
                )
            }
            _ = try await command.bench().test(await command.subject(), version: nil)
            let path = command.folder.path(percentEncoded: false)
            let left = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            #expect(left == ["builds", "self-test-young"])
        }
    }
}
