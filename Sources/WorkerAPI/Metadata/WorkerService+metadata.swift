package import Application
import Domain
import Foundation
import Logging
import RuntimeProtocols
import Synchronization

extension WorkerService {
    package func describe(_ request: WorkerMetadataRequest) async throws -> WorkerMetadata {
        let runtime = try self.runtime(for: request.settings)
        guard !request.prompt.trimmingWhitespace().isEmpty else {
            throw WorkerRefusal.invalidRequest(code: "invalid_metadata_request")
        }
        guard self.configuration.hasMemory() else { throw WorkerRefusal.atCapacity }
        try await self.sessions.beginSideJob()
        let result: Result<WorkerMetadata, any Error>
        do {
            result = .success(try await self.name(request, with: runtime))
        } catch {
            result = .failure(error)
        }
        await self.sessions.endSideJob()
        return try result.get()
    }

    private func name(_ request: WorkerMetadataRequest, with runtime: any AgentRuntime) async throws -> WorkerMetadata {
        let key = WorkspaceKey.metadata(request.appID, stamp: self.wallClock.now)
        let reader = MetadataCollector(prompt: request.prompt)
        let base = try await self.brokerBase()
        let home = try await self.onDisk {
            try await self.directory.makeDisposable(key)
            return try await self.homes.home(of: key)
        }
        let context = ToolContext(
            appID: request.appID,
            runID: nil,
            workspace: self.directory.url(of: key),
            capture: { name, description in reader.change { $0.capture(name: name, description: description) } }
        )
        let (brokerID, endpoints) = await self.broker.open(context, allowed: ToolCatalogue.metadata, base: base)
        let turn = TurnRequest(
            key: key.rawValue,
            prompt: MetadataPrompt.user(request),
            systemPrompt: MetadataPrompt.system,
            settings: request.settings,
            maxTurns: 2,
            resume: nil,
            workspace: context.workspace,
            home: home,
            builtInTools: [],
            toolServers: endpoints,
            approvalTools: [],
            stopsForApproval: { _, _ in false }
        )
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await runtime.run(turn) { event in reader.change { $0.receive(event) } }
                }
                group.addTask {
                    try await self.clock.sleep(for: self.configuration.metadataLimit)
                    throw RuntimeFailure.failed("The model took too long to name the app.")
                }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch {
            // Two turns are often one too few for an agent that already called the tool: what counts is what it said.
            self.logger.notice("A naming turn ended early", metadata: ["app.id": "\(request.appID)"])
        }
        await self.broker.close(brokerID)
        await self.removeDisposable(key)
        try Task.checkCancellation()
        guard let metadata = reader.metadata else { throw WorkerFailure.failed("metadata_generation_failed") }
        return metadata
    }

    private func removeDisposable(_ key: WorkspaceKey) async {
        do {
            try await self.directory.removeDisposable(key)
            try await self.homes.remove(key)
        } catch {
            self.logger.warning("A disposable folder was left", metadata: ["error": "\(error)"])
        }
    }
}

/// The reader behind a lock: events and the tool's capture come from different tasks.
private final class MetadataCollector: Sendable {
    private let reader: Mutex<MetadataReader>

    init(prompt: String) {
        self.reader = Mutex(MetadataReader(prompt: prompt))
    }

    var metadata: WorkerMetadata? { self.reader.withLock(\.metadata) }

    func change(_ body: (inout MetadataReader) -> Void) {
        self.reader.withLock { body(&$0) }
    }
}
