/// What a scripted model says, and to whom: a JSON file of turns.
///
/// ```json
/// { "name": "greeting", "order": "any", "turns": [
///   { "id": "hello", "when": { "first": true, "says": ["hello"] },
///     "answer": { "blocks": [ { "text": "Hi." }, { "tool": "Write", "input": { "file_path": "a.txt", "content": "a" } } ] } },
///   { "id": "done", "when": { "after": "hello" }, "answer": { "blocks": [ { "text": "Done." } ] } } ] }
/// ```
///
/// `order` is `any` (the first turn of the file that fits a request answers it, so that many conversations can be
/// played at once) or `listed` (each turn once, one after the other). What no turn expects is refused with status 400.
/// In a file, `{"$file": "a/b.tsx"}` anywhere in a tool's input stands for the text of that file beside the script.
package struct Script: Codable, Sendable {
    package enum Order: String, Codable, Sendable {
        case any
        case listed
    }

    package struct Turn: Codable, Sendable {
        /// Lowercase letters, digits and hyphens; tool calls carry it, so that their results name the turn they answer.
        package var id: String
        package var when: Expectation
        package var answer: Answer
        /// How often the turn may be played; `nil` means without limit.
        package var times: Int?

        package init(_ id: String, when: Expectation = Expectation(), answer: Answer, times: Int? = nil) {
            self.id = id
            self.when = when
            self.answer = answer
            self.times = times
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.id = try container.decode(String.self, forKey: .id)
            self.when = try container.decodeIfPresent(Expectation.self, forKey: .when) ?? Expectation()
            self.answer = try container.decode(Answer.self, forKey: .answer)
            self.times = try container.decodeIfPresent(Int.self, forKey: .times)
        }
    }

    package var name: String
    package var order: Order
    package var turns: [Turn]

    package init(name: String = "test", order: Order = .any, turns: [Turn]) {
        self.name = name
        self.order = order
        self.turns = turns
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.name = try container.decode(String.self, forKey: .name)
        self.order = try container.decodeIfPresent(Order.self, forKey: .order) ?? .any
        self.turns = try container.decode([Turn].self, forKey: .turns)
    }
}
