import Domain
import Foundation
import ScriptedModel
import Testing

struct ScriptTests {
    @Test func readsTheDocumentedFormatAndFilesBesideIt() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "script-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }  // Left over in the worst case.
        try Data("export {}".utf8).write(to: folder.appending(path: "app.tsx"))
        let text = """
            { "name": "greeting", "turns": [
              { "id": "hello", "when": { "first": true }, "answer": { "blocks": [
                { "text": "Hi." }, { "tool": "Write", "input": { "content": { "$file": "app.tsx" } } } ] } },
              { "id": "done", "when": { "after": "hello" }, "answer": { "pace": 5, "blocks": [ { "text": "Done." } ] } } ] }
            """
        try Data(text.utf8).write(to: folder.appending(path: "script.json"))
        let script = try Script.load(from: folder.appending(path: "script.json"))
        #expect(script.turns.map(\.id) == ["hello", "done"])
        #expect(script.turns[0].answer.blocks[1].input?["content"] == "export {}")
    }

    @Test(arguments: [
        #"{"name":"x","turns":[{"id":"A b","answer":{}}]}"#,
        #"{"name":"x","turns":[{"id":"a","answer":{}},{"id":"a","answer":{}}]}"#,
        #"{"name":"x","turns":[{"id":"a","when":{"after":"b"},"answer":{}}]}"#,
        #"{"name":"x","turns":[{"id":"a","answer":{"blocks":[{"text":"a","tool":"b"}]}}]}"#,
        #"{"name":"x","turns":[{"id":"a","answer":{"blocks":[{"tool":"b","input":{"c":{"$file":"../x"}}}]}}]}"#,
    ])
    func refusesAScriptThatBreaksItsRules(_ text: String) {
        #expect(throws: Script.Invalid.self) {
            try Script(parsing: Data(text.utf8), filesBeside: URL(filePath: "/usr/share"))
        }
    }
}
