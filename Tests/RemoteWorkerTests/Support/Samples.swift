import Application
import Domain
import Foundation
import RuntimeProtocols
import Testing

extension SourceFile {
    /// Only for paths that are good.
    static func text(_ path: String, _ text: String) -> SourceFile {
        .bytes(path, Data(text.utf8))
    }

    static func bytes(_ path: String, _ bytes: Data) -> SourceFile {
        guard let path = SourcePath(path) else { preconditionFailure("bad path in a test: \(path)") }
        return SourceFile(path: path, bytes: bytes)
    }
}

extension Identifier {
    static var one: Self { Self.make("1") }
    static var two: Self { Self.make("2") }
    static var three: Self { Self.make("3") }

    private static func make(_ digit: Character) -> Self {
        guard let id = Self(String(repeating: digit, count: 24)) else { preconditionFailure("an id has 24 digits") }
        return id
    }
}

extension WorkspaceID {
    static var one: Self {
        guard let id = Self("one") else { preconditionFailure("a slug") }
        return id
    }
}

extension WorkerTurn {
    static func sample(
        app: App.ID = .one,
        run: Run.ID = .one,
        prompt: String = "Build a lead tracker",
        session: WorkerSession? = nil,
        sourceFiles: [SourceFile]? = nil,
        restoresFiles: Bool = true,
        assignment: String? = nil
    ) -> WorkerTurn {
        WorkerTurn(
            scope: RunScope(workspaceID: .one, appID: app, runID: run),
            appName: "Leads",
            prompt: prompt,
            systemPrompt: "You build apps.",
            settings: RuntimeRegistry.standard.defaults(of: .claudeCode),
            maxTurns: 500,
            session: session,
            sourceFiles: sourceFiles,
            restoresFiles: restoresFiles,
            assignment: assignment,
            requestedByUserID: .one,
            requestedByUserName: "Ada"
        )
    }
}

extension AsyncThrowingStream where Failure == any Error {
    func all() async throws -> [Element] {
        var elements: [Element] = []
        for try await element in self { elements.append(element) }
        return elements
    }
}
