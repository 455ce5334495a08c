package import Domain

/// What one self-test of a runtime says and waits for (spec 03 §22.34): words made for it alone, so that nothing that was
/// there before can be mistaken for them.
package struct SelfTestPlan: Sendable {
    /// The tool that the model calls: one that changes nothing but what we are told.
    package static let tool = "mcp__second__\(SetAppMetadata.name)"

    package let prompt: String
    package let systemPrompt: String
    /// Text beyond ASCII, so that a broken encoding shows.
    package let name: String
    package let description: String
    /// The model's last words.
    package let answer: String

    package init(random: RandomBytes = .live) {
        let words = (0..<5).map { _ in random.take(6).hexadecimal }
        self.prompt = "Self-test \(words[0]): call the tool that you were given, then say that you are done."
        self.systemPrompt = "You take part in a self-test of this server (\(words[1]))."
        self.name = "Self-test \(words[2])"
        self.description = "Größe “\(words[3])” – 名前 ✓"
        self.answer = "The self-test is done (\(words[4])). ✓"
    }

    /// The input of the model's call.
    package var arguments: JSONValue {
        ["name": .string(self.name), "description": .string(self.description)]
    }
}

/// A request as the model of a self-test got it.
package struct SelfTestRequest: Sendable, Equatable {
    package var system: String
    /// Names of the tools on offer.
    package var tools: [String]
    /// The texts and the tools' results after the model's last answer.
    package var texts: [String]
    package var results: [String]

    package init(system: String, tools: [String], texts: [String], results: [String]) {
        self.system = system
        self.tools = tools
        self.texts = texts
        self.results = results
    }
}
