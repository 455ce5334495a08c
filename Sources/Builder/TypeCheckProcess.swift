import Foundation
import Subprocess
import Synchronization

/// The running type checker: lines go in, lines come out, until its task is cancelled or it ends.
final class TypeCheckProcess: Sendable {
    /// It ended before it answered.
    struct Ended: Error {
        var reason = "The type checker ended."
    }

    private static let lineLimit = 16 * 1024 * 1024

    let number: Int
    let requests: AsyncStream<Data>.Continuation
    /// Ended by cancelling it; its end is the end of the process.
    let task: Task<Void, Never>
    private let answered = Atomic(false)

    var hasAnswered: Bool {
        get { self.answered.load(ordering: .relaxed) }
        set { self.answered.store(newValue, ordering: .relaxed) }
    }

    private init(number: Int, requests: AsyncStream<Data>.Continuation, task: Task<Void, Never>) {
        self.number = number
        self.requests = requests
        self.task = task
    }

    static func start(
        number: Int,
        _ command: ToolCommand,
        receive: @escaping @Sendable (Data) async -> Void,
        ended: @escaping @Sendable (Int, String) async -> Void
    ) -> TypeCheckProcess {
        let (stream, requests) = AsyncStream.makeStream(of: Data.self)
        let configuration = ToolProcess.configuration(of: command)
        // Ended by `TypeChecker`, which cancels it, or by the end of the process.
        let task = Task {
            var reason = "The type checker ended."
            do {
                let result = try await Subprocess.run(
                    configuration,
                    input: .inputWriter,
                    output: .sequence,
                    error: .discarded
                ) { execution in
                    let process = execution.processIdentifier.value
                    await withTaskCancellationHandler {
                        await withTaskGroup(of: Void.self) { group in
                            let writer = execution.standardInputWriter
                            group.addTask {
                                for await line in stream {
                                    // The process is gone; its end is told below.
                                    guard (try? await writer.write(Array(line))) != nil else { return }
                                }
                            }
                            group.addTask {
                                await self.readLines(execution.standardOutput, receive)
                            }
                            // The output ends when the process does.
                            await group.next()
                            group.cancelAll()
                        }
                    } onCancel: {
                        kill(-process, SIGKILL)
                    }
                    kill(-process, SIGKILL)
                }
                reason = "The type checker ended: \(result.terminationStatus)."
            } catch {
                reason = "The type checker could not be run: \(error)"
            }
            requests.finish()
            await ended(number, reason)
        }
        return TypeCheckProcess(number: number, requests: requests, task: task)
    }

    private static func readLines(
        _ output: SubprocessOutputSequence,
        _ receive: @Sendable (Data) async -> Void
    ) async {
        var rest = Data()
        do {
            for try await buffer in output {
                buffer.withUnsafeBytes { rest.append(contentsOf: $0) }
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    await receive(Data(rest[rest.startIndex..<end]))
                    rest = Data(rest[rest.index(after: end)...])
                }
                guard rest.count < self.lineLimit else { return }
            }
        } catch {
            // The pipe broke: the process is ending, which the caller reports.
        }
    }
}
