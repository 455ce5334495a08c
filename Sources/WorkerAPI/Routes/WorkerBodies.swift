import Application
import Domain
import Foundation

/// What the web sends to the worker (spec 03 §2.1, §2.3, §15).
///
/// Unknown members are ignored, `workingDirectory` among them (spec 03 §22.9); what asks for something that this
/// version does not do is refused.
enum WorkerBodies {
    struct SessionState: Decodable {
        var runtimeId: RuntimeID
        var sessionId: String
        var format: String?
        /// The transcript as text.
        var data: String?
        /// For one that is no text.
        var dataBase64: Data?

        var session: WorkerSession {
            WorkerSession(
                runtimeID: self.runtimeId,
                sessionID: self.sessionId,
                format: self.format ?? "\(self.runtimeId.rawValue)-session",
                transcript: self.dataBase64 ?? self.data.map { Data($0.utf8) }
            )
        }
    }

    struct Settings: Decodable {
        var runtimeId: String?
        var runtimeModel: String?
        var runtimeParams: [String: String]?

        func normalized() throws -> RuntimeSettings {
            let settings = RuntimeRegistry.standard.normalize(
                runtimeID: self.runtimeId,
                model: self.runtimeModel,
                params: self.runtimeParams ?? [:]
            )
            guard let settings else { throw WorkerRefusal.invalidRequest(code: "invalid_runtime_settings") }
            return settings
        }
    }

    struct Files: Decodable {
        var files: [String: String]
        var binaryFiles: [String: String]?
    }

    struct Cancel: Decodable {
        var runId: Run.ID?
        /// Only this turn of the run.
        var turnId: String?
    }

    struct Metadata: Decodable {
        var prompt: String
        var fallbackName: String?
    }

    struct Attachments: Decodable {
        struct File: Decodable {
            var id: String
            var name: String
            var path: String
            var size: Int
            var contentType: String?
            var dataBase64: String
        }

        var files: [File]?
        var attachments: [File]?
    }

    struct Check: Decodable {
        var paths: [String]
    }

    /// Text and binary files as source files.
    static func sourceFiles(_ text: [String: String], _ binary: [String: String]?) throws -> [SourceFile] {
        let files =
            try text.map { SourceFile(path: try self.path($0.key), bytes: Data($0.value.utf8)) }
            + (binary ?? [:]).map { name, base64 in
                guard let bytes = Data(base64Encoded: base64) else {
                    throw WorkerRefusal.invalidRequest(code: "invalid_file_data")
                }
                return SourceFile(path: try self.path(name), bytes: bytes)
            }
        return files.sorted { $0.path < $1.path }
    }

    private static func path(_ text: String) throws -> SourcePath {
        guard let path = SourcePath(text) else { throw WorkerRefusal.invalidRequest(code: "invalid_file_path") }
        return path
    }
}
