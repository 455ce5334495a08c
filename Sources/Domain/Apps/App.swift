/// A small internal web app that the workspace builds and uses (spec 02 §2, `apps`).
package struct App: Codable, Sendable, Equatable, Identifiable {
    package typealias ID = Identifier<App>

    package enum Visibility: String, Codable, Sendable {
        case workspace, teams
    }

    package enum PublishStatus: String, Codable, Sendable {
        case draft
        case reviewRequested = "review_requested"
        case published
        case changesRequested = "changes_requested"
    }

    /// A pointer to a revision with what lists need to know of it.
    package struct Pointer: Codable, Sendable, Equatable {
        package var revisionID: SourceRevision.ID
        package var number: Int
        package var hash: ContentHash
        package var artifactHash: ContentHash?
        package var sizeBytes: Int
        package var updatedAt: Timestamp

        package init(_ revision: SourceRevision, at time: Timestamp) {
            self.revisionID = revision.id
            self.number = revision.number
            self.hash = revision.hash
            self.artifactHash = revision.artifactHash
            self.sizeBytes = revision.sizeBytes
            self.updatedAt = time
        }

        package enum CodingKeys: String, CodingKey {
            case revisionID = "revisionId"
            case number, hash, artifactHash, sizeBytes, updatedAt
        }
    }

    package var id: ID
    package var workspaceID: Workspace.ID
    package var createdByUserID: User.ID
    package var name: String
    /// Unique with the workspace id.
    package var nameNormalized: String
    /// A person chose the name; a generated one may no longer replace it (spec 02 B23).
    package var isNamedByPerson: Bool
    package var description: String?
    package var prompt: String?
    package var runtimeID: RuntimeID
    package var runtimeModel: String
    package var runtimeParams: [String: String]
    package var collaboratorUserIDs: [User.ID]
    package var teamIDs: [Team.ID]
    package var visibility: Visibility
    package var publishStatus: PublishStatus
    package var draft: Pointer?
    package var published: Pointer?
    /// The number that the next revision gets.
    package var nextRevisionNumber: Int
    /// Set while the app is being removed with all that hangs on it (spec 02 B21).
    package var deletedAt: Timestamp?
    /// When what hangs on a deleted app is removed next.
    package var removalDueAt: Timestamp?
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(
        id: ID,
        workspaceID: Workspace.ID,
        createdByUserID: User.ID,
        name: AppName,
        isNamedByPerson: Bool,
        prompt: String?,
        runtime: RuntimeSettings,
        createdAt: Timestamp
    ) {
        self.id = id
        self.workspaceID = workspaceID
        self.createdByUserID = createdByUserID
        self.name = name.rawValue
        self.nameNormalized = name.normalized
        self.isNamedByPerson = isNamedByPerson
        self.prompt = prompt
        self.runtimeID = runtime.runtimeID
        self.runtimeModel = runtime.model
        self.runtimeParams = runtime.params
        self.collaboratorUserIDs = []
        self.teamIDs = []
        self.visibility = .teams
        self.publishStatus = .draft
        self.nextRevisionNumber = 1
        self.createdAt = createdAt
        self.updatedAt = createdAt
    }

    package var runtime: RuntimeSettings {
        RuntimeSettings(runtimeID: self.runtimeID, model: self.runtimeModel, params: self.runtimeParams)
    }

    package var hasPublishedVersion: Bool { self.published != nil }

    /// The draft differs from what is published (spec 02 §2).
    package var hasUnpublishedChanges: Bool {
        guard let draft else { return false }
        guard let published else { return true }
        return draft.hash != published.hash
    }

    package enum CodingKeys: String, CodingKey {
        case id = "_id"
        case workspaceID = "workspaceId"
        case createdByUserID = "createdByUserId"
        case name, nameNormalized, isNamedByPerson, description, prompt
        case runtimeID = "runtimeId"
        case runtimeModel, runtimeParams
        case collaboratorUserIDs = "collaboratorUserIds"
        case teamIDs = "teamIds"
        case visibility, publishStatus, draft, published, nextRevisionNumber, deletedAt, removalDueAt, createdAt,
            updatedAt
    }
}
