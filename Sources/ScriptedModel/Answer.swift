package import Domain

extension Script {
    /// What the model answers, and how badly the line behaves.
    package struct Answer: Codable, Sendable {
        /// A piece of an answer: a text, a thought, or the call of a tool.
        package struct Block: Codable, Sendable {
            /// Fills a text member of a tool's input, for inputs that are too large for a file.
            package struct Padding: Codable, Sendable {
                package var key: String
                package var bytes: Int

                package init(key: String, bytes: Int) {
                    self.key = key
                    self.bytes = bytes
                }
            }

            package var text: String?
            package var thinking: String?
            package var tool: String?
            package var input: JSONValue?
            package var padding: Padding?

            package static func text(_ text: String) -> Self { Self(text: text) }

            package static func thinking(_ text: String) -> Self { Self(thinking: text) }

            package static func tool(_ name: String, _ input: JSONValue = [:], padding: Padding? = nil) -> Self {
                Self(tool: name, input: input, padding: padding)
            }
        }

        package struct Failure: Codable, Sendable {
            package var status: Int
            /// Such as `overloaded_error`.
            package var type: String
            package var message: String

            package init(status: Int, type: String, message: String) {
                self.status = status
                self.type = type
                self.message = message
            }
        }

        package var blocks: [Block]
        /// Answer with this error instead of the blocks.
        package var failure: Failure?
        /// Milliseconds between two deltas.
        package var pace: Int?
        /// Bytes in a delta; 40 unless told, about ten words.
        package var piece: Int?
        /// Close the connection after so many events.
        package var cutAfter: Int?
        /// Say nothing more after so many events, until the client hangs up.
        package var stallAfter: Int?
        package var inputTokens: Int?
        package var outputTokens: Int?

        package init(
            _ blocks: [Block] = [],
            failure: Failure? = nil,
            pace: Int? = nil,
            piece: Int? = nil,
            cutAfter: Int? = nil,
            stallAfter: Int? = nil,
            inputTokens: Int? = nil,
            outputTokens: Int? = nil
        ) {
            self.blocks = blocks
            self.failure = failure
            self.pace = pace
            self.piece = piece
            self.cutAfter = cutAfter
            self.stallAfter = stallAfter
            self.inputTokens = inputTokens
            self.outputTokens = outputTokens
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            self.blocks = try container.decodeIfPresent([Block].self, forKey: .blocks) ?? []
            self.failure = try container.decodeIfPresent(Failure.self, forKey: .failure)
            self.pace = try container.decodeIfPresent(Int.self, forKey: .pace)
            self.piece = try container.decodeIfPresent(Int.self, forKey: .piece)
            self.cutAfter = try container.decodeIfPresent(Int.self, forKey: .cutAfter)
            self.stallAfter = try container.decodeIfPresent(Int.self, forKey: .stallAfter)
            self.inputTokens = try container.decodeIfPresent(Int.self, forKey: .inputTokens)
            self.outputTokens = try container.decodeIfPresent(Int.self, forKey: .outputTokens)
        }
    }
}
