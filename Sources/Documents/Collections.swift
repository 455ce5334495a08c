import Domain

/// Every collection with its indexes, in one place (spec 01 §8, 02 §2; architecture §4).
package enum Collections {
    package static let users = CollectionSchema(
        "users",
        indexes: [.init("emailNormalized", [.ascending("emailNormalized")], unique: true)]
    )

    package static let workspaces = CollectionSchema(
        "workspaces",
        indexes: [.init("slug", [.ascending("slug")], unique: true)]
    )

    package static let memberships = CollectionSchema(
        "workspace_memberships",
        indexes: [
            .init("workspace_user", [.ascending("workspaceId"), .ascending("userId")], unique: true),
            .init("user_created", [.ascending("userId"), .ascending("createdAt"), .ascending("_id")]),
            .init("workspace_created", [.ascending("workspaceId"), .ascending("createdAt"), .ascending("_id")]),
        ]
    )

    package static let teams = CollectionSchema(
        "workspace_teams",
        indexes: [.init("workspace_slug", [.ascending("workspaceId"), .ascending("slug")], unique: true)]
    )

    package static let teamMemberships = CollectionSchema(
        "workspace_team_memberships",
        indexes: [
            .init(
                "workspace_team_user",
                [.ascending("workspaceId"), .ascending("teamId"), .ascending("userId")],
                unique: true
            ),
            .init("workspace_user", [.ascending("workspaceId"), .ascending("userId")]),
        ]
    )

    package static let apps = CollectionSchema(
        "apps",
        indexes: [
            .init(
                "workspace_name",
                [.ascending("workspaceId"), .ascending("nameNormalized")],
                unique: true,
                partial: .missing("deletedAt")
            ),
            .init("workspace_created", [.ascending("workspaceId"), .descending("createdAt"), .descending("_id")]),
            .init("removal", [.ascending("removalDueAt")], partial: .exists("removalDueAt")),
        ]
    )

    package static let revisions = CollectionSchema(
        "source_revisions",
        indexes: [
            .init(
                "workspace_app_number",
                [.ascending("workspaceId"), .ascending("appId"), .descending("number")],
                unique: true
            )
        ]
    )

    package static let blobs = CollectionSchema(
        "blobs",
        indexes: [
            .init("workspace_app_session", [.ascending("workspaceId"), .ascending("appId"), .ascending("session")])
        ]
    )

    package static let runs = CollectionSchema(
        "agent_runs",
        indexes: [
            .init(
                "workspace_app_created",
                [.ascending("workspaceId"), .ascending("appId"), .descending("createdAt"), .descending("_id")]
            ),
            .init(
                "streaming_app",
                [.ascending("workspaceId"), .ascending("appId")],
                unique: true,
                partial: .equals("status", "streaming")
            ),
            .init("status_workspace_id", [.ascending("status"), .ascending("workspaceId"), .ascending("_id")]),
        ]
    )

    package static let attachments = CollectionSchema(
        "builder_attachments",
        indexes: [
            .init(
                "workspace_app_attachment",
                [.ascending("workspaceId"), .ascending("appId"), .ascending("attachmentId"), .ascending("part")],
                unique: true
            )
        ]
    )

    package static let all = [
        users, workspaces, memberships, teams, teamMemberships, apps, revisions, blobs, runs, attachments,
    ]
}
