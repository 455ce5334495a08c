import Application
import Documents
package import Logging

/// `second migrate`: copies everything of one store into another, and proves it.
package enum Migration {
    /// Why a move ended early, in a sentence for the person who has to do something about it.
    package struct Failed: Error, CustomStringConvertible {
        package let description: String
    }

    /// `tell` gets a line for every step.
    ///
    /// - Returns: a line for every collection, with its count and digest.
    /// - Throws: `Failed`, or what keeps a side from being opened.
    package static func run(
        from source: StorePlace,
        to destination: StorePlace,
        logger: Logger,
        tell: @escaping @Sendable (String) -> Void
    ) async throws -> [String] {
        guard source.shown != destination.shown else {
            throw Failed(description: "Both sides are \(source.shown); nothing was copied.")
        }
        do {
            let outcome = try await source.with(mustExist: true, logger: logger) { source in
                try await destination.with(mustExist: false, logger: logger) { destination in
                    try await source.prepare(Collections.all)
                    try await destination.prepare(Collections.all)
                    return try await StoreMove(from: source, to: destination).run { step in
                        let verb = step.phase == .copying ? "copied" : "compared"
                        tell("\(step.collection): \(verb) \(step.done) of \(step.total)")
                    }
                }
            }
            return outcome.collections.map { moved in
                "\(moved.collection): \(moved.count) documents, \(moved.copied) of them now, SHA-256 \(moved.digest)"
            }
        } catch let failure as StoreMove.Failure {
            throw Failed(description: Self.explanation(of: failure))
        } catch DocumentStoreError.unavailable(let reason) {
            throw Failed(description: "\(reason)\nRun this again when that is mended; what was copied is kept.")
        }
    }

    private static func explanation(of failure: StoreMove.Failure) -> String {
        switch failure {
        case .destinationInUse(let collection, let id):
            "The destination already holds something else (\(id) in \(collection)). Nothing was written."
        case .different(let collection, let id):
            "The two sides differ at \(id) in \(collection). Stop everything that writes to them, and run this again."
        }
    }
}
