import Application
import Domain
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import WebGate
import Wire

/// Serves POST `/api/workspaces/:w/apps` (spec 02 §3.2).
struct CreateAppRoute {
    let services: APIServices

    /// Prompts may be long: 1 MiB of fields.
    static let bodyLimit = 1_048_576

    func add(to routes: RouteRegistrar) {
        routes.workspace(RouteTable.createApp, use: self.create)
    }

    @Sendable
    private func create(_ request: Request, _ context: WorkspaceContext) async throws -> Response {
        var limits = AttachmentRoutes.limits
        limits.maximumFieldBytes = Self.bodyLimit
        let body = try await FormBody.read(request, fieldLimit: Self.bodyLimit, files: limits)
        let isJSON = request.headers[.contentType]?.lowercased().hasPrefix("application/json") ?? false
        let draft = try AppDraft(
            name: body["appName"],
            prompt: body["prompt"],
            runtime: try self.runtime(body, isRequired: isJSON),
            createsInitialRun: ["true", "1", "on"].contains(body["createInitialRun"]?.lowercased() ?? "")
        )
        try Self.refuseWhatIsNotThere(body)
        let uploads = try AttachmentRoutes.uploads(in: body)
        guard uploads.isEmpty || draft.createsInitialRun else { throw AppRefusal.attachmentsRequireInitialRun }
        if !uploads.isEmpty { try AttachmentService.check(uploads) }

        let (app, run) = try await self.services.apps.create(draft, by: context.member)
        guard let opened = try await self.services.appGatekeeper.open(app.id, for: context.member) else {
            throw AppRefusal.notFound
        }
        if !uploads.isEmpty {
            do {
                _ = try await self.services.attachments.store(uploads, of: opened.scope, run: run?.id)
            } catch {
                // An app whose files got lost would start from half of what was asked: take it back.
                try await self.services.apps.delete(opened)
                throw error
            }
        }
        var response: Response
        if isJSON || request.prefersJSON || body["response"] == "json" {
            var writer = JSONWriter()
            AppView(opened, initialRun: run).write(to: &writer)
            response = JSONAnswer.response(bytes: writer.buffer, status: .created)
        } else {
            response = try FormAnswer(configuration: self.services.gate)
                .accepted(request, to: "/w/\(context.workspaceID)")
        }
        response.set(.workspace, to: context.workspaceID.rawValue, for: context.browser)
        return response
    }

    /// Required in JSON; a form may leave it away.
    private func runtime(_ body: FormBody, isRequired: Bool) throws -> RuntimeSettings? {
        guard isRequired || body["runtimeId"] != nil else { return nil }
        var params: [String: String] = [:]
        if let text = body["runtimeParams"] {
            // A form sends the parameters as JSON text.
            guard let object = try? JSONValue(parsing: Data(text.utf8)).object else {
                throw AppRefusal.invalidRuntimeSettings
            }
            params = object.compactMapValues(\.string)
        }
        let runtime = self.services.registry.normalize(
            runtimeID: body["runtimeId"],
            model: body["runtimeModel"],
            params: params
        )
        guard let runtime else { throw AppRefusal.invalidRuntimeSettings }
        return runtime
    }

    /// Workspace agents and skills are not there yet, so every one that is named is unknown.
    private static func refuseWhatIsNotThere(_ body: FormBody) throws {
        if let agent = body["selectedAgentId"], !agent.isEmpty { throw AppRefusal.agentNotFound }
        if let skills = body["selectedSkillIds"], !["", "[]"].contains(skills) { throw AppRefusal.skillNotFound }
    }
}
