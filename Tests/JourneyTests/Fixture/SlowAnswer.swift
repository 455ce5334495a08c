import ScriptedModel

/// An answer that crawls, so that something can happen under it.
enum SlowAnswer {
    /// What is answered from the second time on, at once.
    static let quick = "Here it is, whole."

    /// Numbered words, by which it is told how far an answer has come.
    static func words(_ count: Int) -> String {
        (0..<count).map { "word\($0)" }.joined(separator: " ")
    }

    /// Whoever asks to be told gets these words slowly, the first time, and then the quick answer.
    static func once(_ words: String, pace: Int, piece: Int = 20) -> [Script.Turn] {
        [
            .init(
                "slow",
                when: .init(says: ["tell me"]),
                answer: .init([.text(words)], pace: pace, piece: piece),
                times: 1
            ),
            .init("quick", when: .init(says: ["tell me"]), answer: .init([.text(Self.quick)])),
        ]
    }
}
