import Subprocess

/// The handles on a started process that a turn needs.
struct RunningProcess: Sendable {
    let id: Int32
    var write: @Sendable ([UInt8]) async throws -> Void
    var closeInput: @Sendable () async -> Void
    var terminate: @Sendable () -> Void
    /// Ends the process and every process that descends from it.
    var kill: @Sendable () -> Void

    init<Output, Failure>(_ execution: Execution<CustomWriteInput, Output, Failure>) {
        self.id = execution.processIdentifier.value
        let writer = execution.standardInputWriter
        self.write = { bytes in _ = try await writer.write(bytes) }
        // Closed already is as good; a process that is gone needs no signal.
        self.closeInput = { try? await writer.finish() }
        self.terminate = { try? execution.send(signal: .terminate) }
        self.kill = {
            let root = execution.processIdentifier.value
            for id in ProcessTree.descendants(of: root) { ProcessSignal.kill(id) }
            // A process that is gone needs no signal.
            try? execution.send(signal: .kill, toProcessGroup: true)
            try? execution.send(signal: .kill)
        }
    }
}
