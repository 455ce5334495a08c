import Application
import Domain
import Foundation
import RuntimeProtocols
import Synchronization

/// A worker without agents: workspaces are kept in memory, turns wait until the test ends them.
final class StandInWorker: BuilderWorker {
    struct State: Sendable {
        var files: [App.ID: [SourceFile]] = [:]
        var attachments: [App.ID: [WorkerAttachment]] = [:]
        var removed: [App.ID] = []
        /// This app cannot be removed now.
        var stuck: App.ID?
        var isBusy = false
        var refusal: WorkerRefusal?
    }

    let state = Mutex(State())

    func set(_ files: [SourceFile], of appID: App.ID) {
        self.state.withLock { $0.files[appID] = files }
    }

    func refuseRemoval(of appID: App.ID?) {
        self.state.withLock { $0.stuck = appID }
    }

    func startTurn(_ turn: WorkerTurn) async throws -> AsyncThrowingStream<RuntimeEvent, any Error> {
        // Open until the turn is cancelled.
        AsyncThrowingStream { _ in }
    }

    func cancel(_ scope: RunScope, turnID: String?) async throws -> WorkerCancellation {
        WorkerCancellation(cancelled: true, isIdle: true)
    }

    func status(of appID: App.ID) async throws -> WorkerStatus {
        try self.state.withLock { state in
            if let refusal = state.refusal { throw refusal }
            let hasFiles = !(state.files[appID] ?? []).isEmpty
            return WorkerStatus(
                exists: hasFiles,
                isBusy: state.isBusy,
                workspaceExists: hasFiles,
                workspaceHasFiles: hasFiles,
                sessionID: nil
            )
        }
    }

    func session(of appID: App.ID) async throws -> WorkerSession? { nil }

    func files(of appID: App.ID) async throws -> [SourceFile] {
        self.state.withLock { $0.files[appID] ?? [] }
    }

    func storeAttachments(_ files: [WorkerAttachment], of appID: App.ID) async throws {
        try self.state.withLock { state in
            if let refusal = state.refusal { throw refusal }
            state.attachments[appID, default: []] += files
        }
    }

    func missingAttachments(_ paths: [String], of appID: App.ID) async throws -> [String] { [] }

    func describe(_ request: WorkerMetadataRequest) async throws -> WorkerMetadata {
        throw WorkerRefusal.unreachable
    }

    func restore(_ files: [SourceFile], of appID: App.ID) async throws {
        try self.state.withLock { state in
            if let refusal = state.refusal { throw refusal }
            state.files[appID] = files
        }
    }

    func remove(_ appID: App.ID) async throws {
        try self.state.withLock { state in
            if state.stuck == appID { throw WorkerRefusal.unreachable }
            state.files[appID] = nil
            state.removed.append(appID)
        }
    }

    func detectRuntimes() async -> RuntimeDetection {
        let isAway = self.state.withLock { $0.refusal == .unreachable }
        return isAway ? .workerUnavailable : RuntimeDetection(runtimes: [:], isDemo: true)
    }
}

/// Puts the policy in front and leaves the rest as it is.
struct PlainDocuments: PreviewDocumentMaking {
    let bridgePath = "__second/bridge.js"

    func bridge() async throws -> Data { Data("// bridge".utf8) }

    func document(index: Data, policy: String) -> Data {
        Data("<meta http-equiv=\"Content-Security-Policy\" content=\"\(policy)\">".utf8) + index
    }
}
