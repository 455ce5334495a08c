import Domain
import Foundation
import Testing

/// The recorded model's own app: whoever asks for a change twice gets it once.
@Suite struct DemoScriptTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appending(path: "../../Demo").standardized

    private struct Edit {
        var before: String
        var after: String
    }

    private static func edits(in value: JSONValue) -> [Edit] {
        if let input = value["input"], let before = input["old_string"]?.string, let after = input["new_string"]?.string
        {
            return [Edit(before: before, after: after)]
        }
        return (value.array ?? value.object.map { Array($0.values) } ?? []).flatMap(Self.edits)
    }

    @Test func noEditOfTheDemoCanBeMadeTwice() throws {
        let script = try Data(contentsOf: Self.folder.appending(path: "lead-tracker.json"))
        let edits = Self.edits(in: try JSONValue(parsing: script))
        #expect(edits.count == 3)
        var app = try String(contentsOf: Self.folder.appending(path: "lead-tracker/App.tsx"), encoding: .utf8)
        for edit in edits {
            // As the tool has it: a text that stands there not at all, or more than once, is no place.
            #expect(app.components(separatedBy: edit.before).count == 2, "\(edit.before)")
            app = app.replacing(edit.before, with: edit.after)
        }
        for edit in edits { #expect(!app.contains(edit.before), "\(edit.before)") }
    }
}
