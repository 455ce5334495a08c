import Documents
import Foundation
import Logging
import MongoDocuments
import TestServers
import TestSupport
import Testing

/// The same promises on `nx-27017`, another server that speaks the protocol, where it supports the operation.
@Suite(.serialized, .enabled(if: SecondOpinion.isWanted, "nx-27017 is not beside SECOND_TEST_PYTHON"))
struct SecondOpinionTests {
    /// Its indexes take neither the id nor a condition.
    private static let simple: @Sendable (CollectionSchema) -> CollectionSchema = { schema in
        var schema = schema
        schema.indexes.removeAll { index in index.partial != nil || index.keys.contains { $0.field.rawValue == "_id" } }
        return schema
    }

    /// What it does not support, by check.
    private static let beyond = [
        "preparingAgainChangesNothing": "names no index",
        "aChangedDeclarationTakesEffectAndARemovedOneGoes": "names no index",
        "aDuplicateNamesItsIndex": "names no index",
        "anUpdateIntoADuplicateChangesNothing": "updates past unique indexes",
        "aPartialIndexCoversOnlyWhatMatches": "has no partial indexes",
        "whatNestsTooDeepIsRefusedAndChangesNothing": "has no $not",
        "namesOfMembersAreKeptWhateverTheyAre": "pushes objects as text",
        "equalsKeepsKindsApart": "has no $not",
        "notEqualsIsTheRest": "has no $not",
        "existsMeansThereAndNotNull": "has no $not",
        "comparisonsStayWithinAKind": "has no $not",
        "inTakesAnyKindAndNothingOfNothing": "has no $not",
        "containsObjectLooksAtOneKey": "matches no objects in arrays",
        "dottedPathsReachInside": "has no $not",
        "anUpdateTakesTheFirstInOrder": "has no $not",
        "whatDoesNotFitIsRefusedWhole": "counts on text",
        "pushKeepsOrderAndTheLast": "pushes objects as text",
        "pullRemovesEveryEqualElement": "has no pipelines in updates",
        "pullObjectGoesByOneKey": "has no pipelines in updates",
        "whatIsOmittedIsLeftOut": "leaves out no members of members",
        "ofEightWritersOneWins": "has no $not",
        "ofEightInsertersOneWins": "names no index",
    ]

    @Test(.timeLimit(.minutes(3)))
    func keepsWhatItCan() async throws {
        let program = LoopbackServer.Program(executable: SecondOpinion.executable) { port, folder in
            [
                "--host", "127.0.0.1", "-p", "\(port)", "--data-dir", folder + "/data", "--log-file", folder + "/log",
                "--pid-file", folder + "/pid",
            ]
        }
        try await LoopbackServer.with(program) { server in
            let connection = try MongoConnection(
                MongoAddress("mongodb://127.0.0.1:\(server.port)/second?directConnection=true"),
                threads: 4,
                logger: Logger(label: "mongo-tests")
            )
            for (number, check) in DocumentStoreCheck.all.enumerated() where Self.beyond[check.name] == nil {
                let store = MongoDocumentStore(connection, database: "check\(number)", planning: .declaredIndexes)
                do {
                    try await check.run(on: WatchedStore(store, preparing: Self.simple))
                } catch {
                    Issue.record(error, "\(check)")
                }
            }
            try await connection.close()
        }
    }
}

enum SecondOpinion {
    static let executable: String = {
        let python = ProcessInfo.processInfo.environment["SECOND_TEST_PYTHON"] ?? ".venv/bin/python"
        return URL(fileURLWithPath: python).deletingLastPathComponent().appendingPathComponent("nx-27017").path
    }()

    static var isWanted: Bool {
        FileManager.default.isExecutableFile(atPath: self.executable)
            || ProcessInfo.processInfo.environment["CI"] != nil
    }
}
