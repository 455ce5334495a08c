import Application
import Domain
import Foundation
import Hummingbird
import NIOCore
import WebGate
import Wire

/// Serves POST `…/apps/:app/attachments` (spec 02 §16).
struct AttachmentRoutes {
    let services: APIServices

    static let limits = MultipartLimits(
        maximumFiles: AttachmentRules.maximumCount,
        maximumFileBytes: AttachmentRules.maximumFileBytes,
        maximumTotalBytes: AttachmentRules.maximumTotalBytes
    )

    func add(to routes: RouteRegistrar) {
        routes.app(RouteTable.uploadAttachments, use: self.upload)
    }

    @Sendable
    private func upload(_ request: Request, _: WorkspaceContext, _ opened: OpenedApp) async throws -> Response {
        let isMultipart = request.headers[.contentType]?.lowercased().hasPrefix("multipart/form-data") ?? false
        guard isMultipart else { throw AppRefusal.invalidFormData }
        let body: FormBody
        do {
            body = try await FormBody.read(request, files: Self.limits)
        } catch GateRefusal.invalidForm {
            throw AppRefusal.invalidFormData
        }
        var runID: Run.ID?
        if let text = body["runId"], !text.isEmpty {
            guard let id = Run.ID(text) else { throw AppRefusal.runNotFound }
            runID = id
        }
        let uploads = try Self.uploads(in: body)
        guard !uploads.isEmpty else { throw AppRefusal.missingFiles }
        let references = try await self.services.attachments.store(uploads, of: opened.scope, run: runID)
        return try JSONAnswer.response(["attachments": references])
    }

    /// The files of a form with their ids, which stand in a JSON list of the same length and order.
    static func uploads(in body: FormBody) throws(AppRefusal) -> [AttachmentService.Upload] {
        let files = body.files.filter { ["files", "files[]"].contains($0.name) && $0.fileName?.isEmpty == false }
        guard files.count == body.files.filter({ $0.fileName?.isEmpty == false }).count else { throw .invalidFile }
        guard !files.isEmpty else { return [] }
        // Not a JSON list: no ids.
        let ids = body["attachmentIds"].flatMap { try? JSONValue(parsing: Data($0.utf8)).array?.map(\.string) }
        guard let ids, ids.count == files.count else { throw .missingFiles }
        return try zip(files, ids).map { file, id throws(AppRefusal) in
            guard let id, !id.isEmpty, let name = file.fileName else { throw .invalidFile }
            return AttachmentService.Upload(
                id: id,
                name: name,
                contentType: file.contentType,
                bytes: Data(file.bytes.readableBytesView)
            )
        }
    }
}
