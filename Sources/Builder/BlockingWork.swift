import Foundation
import Synchronization

/// Runs file work on threads of its own, so that the shared pool never waits for a disk.
enum BlockingWork {
    private static let queue = DispatchQueue(label: "builder.files", qos: .userInitiated, attributes: .concurrent)

    /// The work asks `isCancelled` where it can stop.
    static func run<Result: Sendable>(
        _ work: @escaping @Sendable (_ isCancelled: @escaping @Sendable () -> Bool) throws -> Result
    ) async throws -> Result {
        let flag = Flag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                self.queue.async {
                    continuation.resume(with: Swift.Result { try work { flag.isSet } })
                }
            }
        } onCancel: {
            flag.set()
        }
    }

    private final class Flag: Sendable {
        private let value = Atomic(false)

        var isSet: Bool { self.value.load(ordering: .relaxed) }

        func set() { self.value.store(true, ordering: .relaxed) }
    }
}

/// An error of the operating system, in its own words.
struct POSIXFailure: Error, CustomStringConvertible {
    let code: Int32

    init(_ code: Int32) {
        self.code = code
    }

    var description: String { String(cString: strerror(self.code)) }
}
