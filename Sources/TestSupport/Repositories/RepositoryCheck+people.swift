import Documents
import Domain

extension RepositoryCheck {
    static let people: [Self] = [
        RepositoryCheck("aPersonIsKnownByAddressWithoutRegardToCase") { store in
            let users = UserRepository(store: store)
            let ada = User(
                id: try Sample.id(1),
                email: " Ada@Example.com ",
                displayName: "Ada",
                createdAt: Sample.moment()
            )
            _ = try await users.insert(ada)
            let twin = User(
                id: try Sample.id(2),
                email: "ada@example.COM",
                displayName: "Other",
                createdAt: Sample.moment()
            )
            try expectEqual(try await users.insert(twin).id, ada.id, "the second gets the first")
            try expectEqual(try await users.find(email: "ADA@example.com")?.id, ada.id, "found in any case")
        },
        RepositoryCheck("onboardingEndsOnce") { store in
            let users = UserRepository(store: store)
            let id: User.ID = try Sample.id(1)
            _ = try await users.insert(User(id: id, email: "a@b.c", displayName: "A", createdAt: Sample.moment()))
            try await users.completeOnboarding(of: id, at: Sample.moment(1))
            try await users.completeOnboarding(of: id, at: Sample.moment(2))
            try expectEqual(try await users.find(id)?.onboardingCompletedAt, Sample.moment(1), "the first time counts")
            try expectEqual(
                try await users.setStep(.workspace, of: id, at: Sample.moment(3)),
                nil,
                "who is done stays done"
            )
        },
        RepositoryCheck("endingSessionsCountsUp") { store in
            let users = UserRepository(store: store)
            let id: User.ID = try Sample.id(1)
            _ = try await users.insert(User(id: id, email: "a@b.c", displayName: "A", createdAt: Sample.moment()))
            for _ in 0..<2 { try await users.endSessions(of: id, at: Sample.moment()) }
            try expectEqual(try await users.find(id)?.sessionEpoch, 2, "two epochs")
        },
        RepositoryCheck("aWorkspaceComesWithItsTeamAndOwner") { store in
            let workspaces = WorkspaceRepository(store: store, identifiers: .counting())
            let owner: User.ID = try Sample.id(100)
            let made = try await workspaces.provision(name: "Acme & Söhne", owner: owner, at: Sample.moment())
            try expectEqual(made.id.rawValue, "acme-sohne", "the slug")
            let team = try expectSome(made.defaultTeamID, "General")
            try expectEqual(try await workspaces.memberships(of: owner).map(\.role), [.owner], "one owner")
            try expectEqual(try await workspaces.teamIDs(of: owner, in: made.id), [team], "in General")
            try await workspaces.join(owner, to: made.id, as: .member, at: Sample.moment(1))
            try expectEqual(
                try await workspaces.memberships(of: owner).map(\.role),
                [.owner],
                "joining again changes nothing"
            )
        },
        RepositoryCheck("eightMakersOfOneNameGetEightWorkspaces") { store in
            let workspaces = WorkspaceRepository(store: store, identifiers: .live)
            let ids = try await withThrowingTaskGroup(of: Workspace.self) { group in
                for number in 0..<8 {
                    let owner: User.ID = try Sample.id(100 + number)
                    group.addTask { try await workspaces.provision(name: "Acme", owner: owner, at: Sample.moment()) }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1.id.rawValue) }
            }
            try expectEqual(ids, Set(["acme"] + (2...8).map { "acme-\($0)" }), "numbered without a hole")
            for id in ids {
                try expectEqual(try await workspaces.memberCount(of: try Sample.workspace(id)), 1, "each its own owner")
            }
        },
    ]
}
