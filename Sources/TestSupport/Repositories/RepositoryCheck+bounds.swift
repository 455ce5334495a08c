import Documents
import Domain

extension RepositoryCheck {
    static let runBounds: [Self] = [
        RepositoryCheck("aHugeConversationEndsAndStaysBounded") { store in
            let bench = try await RunBench(store)
            _ = try await bench.claim("l1")
            let (huge, deep) = Self.monsters
            let work = (0..<4000).map { number in
                UIMessagePart.tool(
                    .init(
                        toolName: "Write",
                        toolCallID: "t\(number)",
                        state: .outputAvailable,
                        input: ["path": .string("src/\(number).tsx"), "content": number == 7 ? huge : "x"],
                        output: number == 8 ? deep : .string(String(repeating: "ü", count: 1000))
                    )
                )
            }
            let messages = [
                UIMessage(id: "m1", role: .user, parts: [.text(.init(text: "Build it"))]),
                UIMessage(id: "m2", role: .assistant, parts: work + [.text(.init(text: "Done"))]),
                UIMessage(id: "m3", role: .assistant, parts: [.text(.init(text: "The newest"))]),
            ]
            let lease = RunBench.lease("l1")
            try expect(
                try await bench.runs.checkpoint(bench.scope, lease: lease, answer: messages[1], at: Sample.moment(2)),
                "the answer so far fits"
            )
            let ended = try await bench.runs.complete(
                bench.scope,
                lease: lease,
                messages: messages,
                at: Sample.moment(3)
            )
            try expectEqual(ended?.status, .completed, "the turn ends (B7)")
            let stored = try await bench.stored
            try expectEqual(stored.messages.map(\.id), ["m1", "m2", "m3"], "every message is there")
            try expectEqual(stored.messages[0], messages[0], "what was said stays")
            try expectEqual(stored.messages[2], messages[2], "the newest is whole")
            try expect(stored.messages[1].text == "Done", "so is what the agent said")
            try expect(try DocumentCoding.encode(stored).count < 4_500_000, "the document is bounded")
        }
    ]

    /// A tool input of five megabytes, and one of a thousand levels.
    private static var monsters: (huge: JSONValue, deep: JSONValue) {
        (
            .string(String(repeating: "x", count: 5_000_000)),
            (0..<1000).reduce(JSONValue.string("x")) { inner, _ in [inner] }
        )
    }
}
