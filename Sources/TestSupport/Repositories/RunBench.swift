import Documents
import Domain

/// A run of an app with short ways through its life.
struct RunBench {
    let runs: RunRepository
    let scope: RunScope

    /// Adds a pending run.
    init(_ store: any DocumentStore, number: Int = 1, app: Int = 1) async throws {
        self.runs = RunRepository(store: store)
        let app = try Sample.app(app, name: "CRM")
        let run = Run(
            id: try Sample.id(number),
            workspaceID: app.workspaceID,
            appID: app.id,
            createdByUserID: try Sample.id(1),
            createdAt: Sample.moment()
        )
        try await self.runs.insert(run)
        self.scope = RunScope(workspaceID: app.workspaceID, appID: app.id, runID: run.id)
    }

    var stored: Run {
        get async throws { try expectSome(try await self.runs.find(self.scope), "the run is there") }
    }

    static func lease(_ id: String) -> StreamLease { StreamLease(id: id, startedAt: Sample.moment(1), owner: "me") }

    static func messages(_ count: Int) -> [UIMessage] {
        (0..<count).map { UIMessage(id: "m\($0)", role: $0.isMultiple(of: 2) ? .user : .assistant, parts: []) }
    }

    func claim(_ id: String, messages: Int = 1, isRerun: Bool = false, as read: Run? = nil) async throws -> Run? {
        let seen: Run
        if let read { seen = read } else { seen = try await self.stored }
        return try await self.runs.claim(
            self.scope,
            as: seen,
            lease: Self.lease(id),
            writing: Self.messages(messages),
            attachments: [],
            isRerun: isRerun,
            at: Sample.moment(2)
        )
    }

    func complete(_ id: String, messages: Int = 2) async throws -> Run? {
        try await self.runs.complete(
            self.scope,
            lease: Self.lease(id),
            messages: Self.messages(messages),
            at: Sample.moment(3)
        )
    }

    func fail(_ id: String, messages: Int? = nil, usage: RunUsage? = nil) async throws -> Run? {
        try await self.runs.fail(
            self.scope,
            lease: Self.lease(id),
            messages: messages.map { Self.messages($0) },
            failure: RunFailure(
                code: .userStopped,
                phase: .clientStop,
                message: "Stopped.",
                retryable: true,
                occurredAt: Sample.moment(3)
            ),
            usage: usage,
            at: Sample.moment(3)
        )
    }

    /// Ends a turn that has used so much, the conversation as it is.
    func end(_ id: String, using usage: RunUsage, failing: Bool) async throws -> Run? {
        if failing { return try await self.fail(id, usage: usage) }
        return try await self.runs.complete(
            self.scope,
            lease: Self.lease(id),
            messages: Self.messages(try await self.stored.messageCount),
            usage: usage,
            at: Sample.moment(3)
        )
    }
}
