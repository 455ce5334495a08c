import Dispatch

/// Runs file work on threads of its own, so that neither an event loop nor the shared pool waits for a disk.
package enum FileThreads {
    private static let queue = DispatchQueue(label: "folders", qos: .userInitiated, attributes: .concurrent)

    package static func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            self.queue.async {
                continuation.resume(with: Swift.Result { try work() })
            }
        }
    }
}
