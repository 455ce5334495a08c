extension Script {
    /// What a request must look like for a turn to answer it; every given part must hold.
    ///
    /// "The last message" is everything after the model's last answer: the results of its tools and, after a stop for
    /// approval, the person's words in the same message.
    package struct Expectation: Codable, Sendable {
        /// The model has not answered yet in this conversation.
        package var first: Bool?
        /// The last message holds the result of a tool that the turn with this id called.
        package var after: String?
        /// The last message holds the result of a tool of this name.
        package var afterTool: String?
        /// Each of these stands in some text of the last message, in any case.
        package var says: [String]?
        /// None of these stands in any text of the last message.
        package var saysNot: [String]?
        /// Each of these stands in some tool result of the last message.
        package var result: [String]?
        /// Some tool of the last message failed, or none did.
        package var failed: Bool?
        /// The name of the model contains this.
        package var model: String?
        /// Each of these stands in the system prompt.
        package var system: [String]?
        /// The request offers a tool of each of these names.
        package var offers: [String]?
        /// The request offers tools at all.
        package var hasTools: Bool?

        package init(
            first: Bool? = nil,
            after: String? = nil,
            afterTool: String? = nil,
            says: [String]? = nil,
            saysNot: [String]? = nil,
            result: [String]? = nil,
            failed: Bool? = nil,
            model: String? = nil,
            system: [String]? = nil,
            offers: [String]? = nil,
            hasTools: Bool? = nil
        ) {
            self.first = first
            self.after = after
            self.afterTool = afterTool
            self.says = says
            self.saysNot = saysNot
            self.result = result
            self.failed = failed
            self.model = model
            self.system = system
            self.offers = offers
            self.hasTools = hasTools
        }

        /// The first part that does not hold, or `nil` when the request is the expected one.
        package func mismatch(with request: ModelRequest) -> String? {
            if let first, first != request.isFirst { return "first" }
            if let after, !request.results.contains(where: { $0.turnID == after }) { return "after" }
            if let afterTool, !request.results.contains(where: { $0.tool == afterTool }) { return "afterTool" }
            if let says, !says.allSatisfy({ Self.stands($0, in: request.texts) }) { return "says" }
            if let saysNot, saysNot.contains(where: { Self.stands($0, in: request.texts) }) { return "saysNot" }
            if let result, !result.allSatisfy({ Self.stands($0, in: request.results.map(\.text)) }) { return "result" }
            if let failed, failed != request.results.contains(where: \.isError) { return "failed" }
            if let model, !request.model.contains(model) { return "model" }
            if let system, !system.allSatisfy({ request.system.contains($0) }) { return "system" }
            if let offers, !offers.allSatisfy(request.tools.contains) { return "offers" }
            if let hasTools, hasTools == request.tools.isEmpty { return "hasTools" }
            return nil
        }

        private static func stands(_ text: String, in texts: [String]) -> Bool {
            let wanted = text.lowercased()
            return texts.contains { $0.lowercased().contains(wanted) }
        }
    }
}
