package import Domain
import Wire

/// What a result of the build tool says of an app that was built (spec 02 §8.2, §13).
package struct FinishedBuild: Sendable, Equatable {
    /// What the builder says it did, at most 500 characters.
    package var summary: String?
    /// The hash over the files exactly as they were built; `nil` when the answer does not name it.
    package var hash: ContentHash?

    /// `nil` unless the result says that the app was built.
    package init?(answer: JSONValue) {
        let payload = ToolText.payload(of: answer) { $0["status"]?.string != nil }
        guard let payload, payload["status"]?.string == "complete" else { return nil }
        self.summary = payload["summary"]?.string.map { String($0.prefix(500)) }
        self.hash = payload["hash"]?.string.flatMap { ContentHash($0) }
    }
}
