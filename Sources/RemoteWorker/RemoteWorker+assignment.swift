import Application
import Domain
import Foundation
import NIOHTTP1

/// The calls that depend on which assignment of the app a workspace belongs to (spec 05 B46).
extension RemoteWorker {
    func status(of appID: App.ID, assignment: String?) async throws -> WorkerStatus {
        let answer = try await self.ask(
            .GET,
            self.path(appID, "status"),
            nil,
            assignment: assignment,
            limit: self.client.limits.question
        )
        return WorkerStatus(
            exists: answer["exists"]?.bool ?? false,
            isBusy: answer["status"]?.string == "busy",
            workspaceExists: answer["workspaceExists"]?.bool ?? false,
            workspaceHasFiles: answer["workspaceHasFiles"]?.bool ?? false,
            sessionID: answer["sessionState"]?["sessionId"]?.string
        )
    }

    func session(of appID: App.ID, assignment: String?) async throws -> WorkerSession? {
        let answer = try await self.ask(
            .GET,
            self.path(appID, "session-file"),
            nil,
            assignment: assignment,
            limit: self.client.limits.transfer,
            answerBytes: self.client.limits.transferBytes
        )
        return try WorkerRequests.session(answer["sessionState"] ?? .null)
    }

    func files(of appID: App.ID, assignment: String?) async throws -> [SourceFile] {
        let answer = try await self.ask(
            .GET,
            self.path(appID, "files"),
            nil,
            assignment: assignment,
            limit: self.client.limits.transfer,
            answerBytes: self.client.limits.transferBytes
        )
        return try WorkerRequests.sourceFiles(answer)
    }

    func restore(_ files: [SourceFile], of appID: App.ID, assignment: String?) async throws {
        _ = try await self.ask(
            .POST,
            self.path(appID, "restore"),
            .object(WorkerRequests.members(of: files, text: "files")),
            assignment: assignment,
            limit: self.client.limits.transfer
        )
    }
}
