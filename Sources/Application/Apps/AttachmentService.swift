package import Documents
package import Domain
package import Foundation

/// Files that a person gives to the builder (spec 02 §16, B19).
package struct AttachmentService: Sendable {
    private let attachments: AttachmentRepository
    private let runs: RunRepository
    private let worker: any BuilderWorker
    private let clock: WallClock

    package init(
        attachments: AttachmentRepository,
        runs: RunRepository,
        worker: any BuilderWorker,
        clock: WallClock
    ) {
        self.attachments = attachments
        self.runs = runs
        self.worker = worker
        self.clock = clock
    }

    /// A file as it arrived, its name not yet cleaned.
    package struct Upload: Sendable {
        package var id: String
        package var name: String
        package var contentType: String?
        package var bytes: Data

        package init(id: String, name: String, contentType: String?, bytes: Data) {
            self.id = id
            self.name = name
            self.contentType = contentType
            self.bytes = bytes
        }

        package var reference: AttachmentRef {
            let id = AttachmentRules.cleanID(self.id)
            let name = AttachmentRules.cleanName(self.name)
            return AttachmentRef(
                id: id,
                name: name,
                path: AttachmentRules.path(id: id, name: name),
                size: self.bytes.count,
                contentType: self.contentType.flatMap(AttachmentRules.usable(contentType:))
            )
        }
    }

    /// Counts and sizes, before anything is kept.
    package static func check(_ uploads: [Upload]) throws(AppRefusal) {
        guard !uploads.isEmpty else { throw .missingFiles }
        guard uploads.count <= AttachmentRules.maximumCount else { throw .tooManyFiles }
        guard uploads.allSatisfy({ $0.bytes.count <= AttachmentRules.maximumFileBytes }) else { throw .fileTooLarge }
        guard uploads.reduce(0, { $0 + $1.bytes.count }) <= AttachmentRules.maximumTotalBytes else {
            throw .uploadTooLarge
        }
        guard Set(uploads.map(\.reference.id)).count == uploads.count else { throw .invalidFile }
    }

    /// Keeps the files, hands them to the worker, and adds them to the run that is named or about to start.
    package func store(_ uploads: [Upload], of app: AppScope, run runID: Run.ID?) async throws -> [AttachmentRef] {
        try Self.check(uploads)
        let run = try await self.run(runID, of: app)
        let references = uploads.map(\.reference)
        for upload in uploads {
            try await self.attachments.put(upload.reference, content: upload.bytes, in: app, at: self.clock.now)
        }
        do {
            try await self.worker.storeAttachments(
                uploads.map { WorkerAttachment(reference: $0.reference, bytes: $0.bytes) },
                of: app.appID
            )
        } catch let refusal as WorkerRefusal {
            throw Self.refusal(for: refusal)
        }
        if let run {
            _ = try await self.runs.addAttachments(
                references,
                to: RunScope(workspaceID: app.workspaceID, appID: app.appID, runID: run.id),
                pending: true,
                at: self.clock.now
            )
        }
        return references
    }

    private func run(_ id: Run.ID?, of app: AppScope) async throws -> Run? {
        if let id {
            let scope = RunScope(workspaceID: app.workspaceID, appID: app.appID, runID: id)
            guard let run = try await self.runs.find(scope) else { throw AppRefusal.runNotFound }
            return run
        }
        let latest = try await self.runs.list(of: app, limit: 1).first
        return latest.flatMap { $0.status == .pending && $0.messageCount == 0 ? $0 : nil }
    }

    private static func refusal(for refusal: WorkerRefusal) -> AppRefusal {
        switch refusal {
        case .busy, .atCapacity, .draining, .restoreNeeded, .runtimeUnavailable, .unreachable: .workerUnavailable
        case .invalidRequest(let code), .attachmentRefused(let code): .uploadFailed(code: code)
        case .snapshotRefused: .uploadFailed(code: "upload_failed")
        }
    }
}
