package import Foundation

/// A request as it came in, and what was done with it.
package struct RecordedRequest: Sendable {
    package enum Outcome: Sendable, Equatable {
        case turn(String)
        /// Answered without the script: a count of tokens, a probe, a title.
        case sideCall
        /// The reason, as the client was told.
        case refused(String)
    }

    package var method: String
    package var path: String
    /// Names in lowercase.
    package var headers: [String: String]
    package var body: Data
    package var outcome: Outcome

    /// The parts that scripts look at, when it was a request for an answer.
    package var model: ModelRequest? { ModelRequest(self.body) }

    package var text: String { String(decoding: self.body, as: UTF8.self) }
}
