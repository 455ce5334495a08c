package import Application
import Domain
import Foundation

extension WorkerSession {
    /// A session of Claude Code, as a worker gives it to the web.
    package static func claude(_ id: String = "s1", _ transcript: String = "t") -> Self {
        WorkerSession(
            runtimeID: .claudeCode,
            sessionID: id,
            format: "claude-jsonl",
            transcript: Data(transcript.utf8)
        )
    }
}
