import Application
import Domain
import Foundation
import RuntimeProtocols

/// The bodies that travel between web and worker (spec 03 §2.1–§2.3), as the web writes and reads them.
enum WorkerRequests {
    static func message(_ turn: WorkerTurn) -> JSONValue {
        var members = self.settings(turn.settings)
        members["prompt"] = .string(turn.prompt)
        members["systemPrompt"] = .string(turn.systemPrompt)
        members["maxTurns"] = .integer(Int64(turn.maxTurns))
        members["workspaceId"] = .string(turn.scope.workspaceID.rawValue)
        members["runId"] = .string(turn.scope.runID.rawValue)
        members["turnId"] = turn.turnID.map(JSONValue.string)
        members["appName"] = .string(turn.appName)
        members["requestedByUserId"] = .string(turn.requestedByUserID.rawValue)
        members["requestedByUserName"] = .string(turn.requestedByUserName)
        members["restoresFiles"] = .bool(turn.restoresFiles)
        // Left out, it would mean to go on with what the worker has.
        if turn.session != nil || !turn.continuesLiveSession {
            members["sessionState"] = turn.session.map(self.state) ?? .null
        }
        if let files = turn.sourceFiles {
            members.merge(self.members(of: files, text: "sourceFiles")) { own, _ in own }
        }
        return .object(members)
    }

    static func metadata(_ request: WorkerMetadataRequest) -> JSONValue {
        var members = self.settings(request.settings)
        members["prompt"] = .string(request.prompt)
        members["fallbackName"] = .string(request.fallbackName)
        return .object(members)
    }

    static func attachment(_ file: WorkerAttachment) -> JSONValue {
        let reference = file.reference
        var members: [String: JSONValue] = [
            "id": .string(reference.id), "name": .string(reference.name), "path": .string(reference.path),
            "size": .integer(Int64(reference.size)), "dataBase64": .string(file.bytes.base64EncodedString()),
        ]
        members["contentType"] = reference.contentType.map(JSONValue.string)
        return .object(members)
    }

    /// Text under one name, what is no text in base64 under `binaryFiles`.
    static func members(of files: [SourceFile], text name: String) -> [String: JSONValue] {
        var text: [String: JSONValue] = [:]
        var binary: [String: JSONValue] = [:]
        for file in files {
            if file.isBinary {
                binary[file.path.rawValue] = .string(file.bytes.base64EncodedString())
            } else {
                text[file.path.rawValue] = .string(String(decoding: file.bytes, as: UTF8.self))
            }
        }
        var members: [String: JSONValue] = [name: .object(text)]
        if !binary.isEmpty { members["binaryFiles"] = .object(binary) }
        return members
    }

    /// - Throws: `WorkerRefusal.unreachable` for an answer that no worker of ours gives.
    static func sourceFiles(_ answer: JSONValue) throws -> [SourceFile] {
        var files: [SourceFile] = []
        for (name, value) in answer["files"]?.object ?? [:] {
            guard let path = SourcePath(name), let text = value.string else { throw WorkerRefusal.unreachable }
            files.append(SourceFile(path: path, bytes: Data(text.utf8)))
        }
        for (name, value) in answer["binaryFiles"]?.object ?? [:] {
            guard let path = SourcePath(name), let bytes = value.string.flatMap({ Data(base64Encoded: $0) }) else {
                throw WorkerRefusal.unreachable
            }
            files.append(SourceFile(path: path, bytes: bytes))
        }
        return files.sorted { $0.path < $1.path }
    }

    static func session(_ state: JSONValue) throws -> WorkerSession? {
        guard case .object = state else { return nil }
        guard let runtimeID = state["runtimeId"]?.string.flatMap(RuntimeID.init(rawValue:)),
            let sessionID = state["sessionId"]?.string
        else { throw WorkerRefusal.unreachable }
        return WorkerSession(
            runtimeID: runtimeID,
            sessionID: sessionID,
            format: state["format"]?.string ?? "\(runtimeID.rawValue)-session",
            transcript: state["dataBase64"]?.string.flatMap { Data(base64Encoded: $0) }
                ?? state["data"]?.string.map { Data($0.utf8) }
        )
    }

    private static func state(_ session: WorkerSession) -> JSONValue {
        var members: [String: JSONValue] = [
            "runtimeId": .string(session.runtimeID.rawValue), "sessionId": .string(session.sessionID),
            "format": .string(session.format),
        ]
        if let transcript = session.transcript {
            if let text = String(validating: transcript, as: UTF8.self) {
                members["data"] = .string(text)
            } else {
                members["dataBase64"] = .string(transcript.base64EncodedString())
            }
        }
        return .object(members)
    }

    private static func settings(_ settings: RuntimeSettings) -> [String: JSONValue] {
        [
            "runtimeId": .string(settings.runtimeID.rawValue), "runtimeModel": .string(settings.model),
            "runtimeParams": .object(settings.params.mapValues(JSONValue.string)),
        ]
    }
}
