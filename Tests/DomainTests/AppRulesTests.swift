import Domain
import Foundation
import Testing

@Suite
struct AppRulesTests {
    private static let workspace = WorkspaceID("acme")
    private static let creator: User.ID = IdentifierSource.live.make()
    private static let other: User.ID = IdentifierSource.live.make()
    private static let team: Team.ID = IdentifierSource.live.make()

    private static func app() throws -> App {
        App(
            id: IdentifierSource.live.make(),
            workspaceID: try #require(Self.workspace),
            createdByUserID: Self.creator,
            name: try #require(AppName("Leads")),
            isNamedByPerson: false,
            prompt: nil,
            runtime: .standard,
            createdAt: Timestamp(milliseconds: 0)
        )
    }

    @Test
    func aDraftIsSeenByItsCreatorAndAdminsOnly() throws {
        let app = try Self.app()
        #expect(AppAccess(to: app, by: Self.creator, role: .member, teamIDs: [])?.canManage == true)
        #expect(AppAccess(to: app, by: Self.other, role: .admin, teamIDs: [])?.canReview == true)
        #expect(AppAccess(to: app, by: Self.other, role: .member, teamIDs: [Self.team]) == nil)
        #expect(AppAccess(to: app, by: Self.creator, role: nil, teamIDs: []) == nil)
        #expect(!AppAccess.isInSidebar(app, of: Self.other, teamIDs: []))
    }

    @Test
    func aCollaboratorWorksOnTheDraftButDoesNotManage() throws {
        var app = try Self.app()
        app.collaboratorUserIDs = [Self.other]
        let access = try #require(AppAccess(to: app, by: Self.other, role: .member, teamIDs: []))
        #expect(access.canCollaborate)
        #expect(!access.canManage)
    }

    @Test
    func aDeletedAppIsThereForNobody() throws {
        var app = try Self.app()
        app.deletedAt = Timestamp(milliseconds: 1)
        #expect(AppAccess(to: app, by: Self.creator, role: .owner, teamIDs: []) == nil)
    }

    @Test
    func namesAreCollapsedCutAndNumberedWithinEighty() throws {
        #expect(AppName("  Lead \n tracker ")?.rawValue == "Lead tracker")
        #expect(AppName(String(repeating: "x", count: 81)) == nil)
        #expect(AppName("x", minimum: 2) == nil)
        let long = try #require(AppName(String(repeating: "x", count: 80)))
        #expect(long.numbered(12).rawValue == String(repeating: "x", count: 75) + " (12)")
        let stamped = long.stamped(Timestamp(milliseconds: 1_700_000_000_000)).rawValue
        #expect(stamped == String(repeating: "x", count: 71) + " loyw3v28")
    }

    @Test(arguments: [
        ("src/App.tsx", true), ("../x", false), ("/etc/passwd", false), ("a//b", false), ("a/./b", false),
        ("a\u{0}b", false),
        ("a\\b", false), ("", false), (String(repeating: "a", count: 240), true),
        (String(repeating: "a", count: 241), false),
    ])
    func aSourcePathStaysInside(_ text: String, isValid: Bool) {
        #expect((SourcePath(text) != nil) == isValid)
    }

    @Test
    func everyOversizedFileIsNamedAtOnce() throws {
        let limit = SnapshotRules.maximumFileBytes
        let fits = SourceFile(path: try #require(SourcePath("fits")), bytes: Data(count: limit))
        let large = SourceFile(path: try #require(SourcePath("large")), bytes: Data(count: limit + 1))
        let huge = SourceFile(path: try #require(SourcePath("huge")), bytes: Data(count: limit + 2))
        #expect(SnapshotRules.violations(in: [fits]).isEmpty)
        #expect(
            SnapshotRules.violations(in: [fits, large, huge]) == [
                .fileTooLarge(huge.path, bytes: limit + 2), .fileTooLarge(large.path, bytes: limit + 1),
            ]
        )
    }

    @Test
    func theHashDoesNotDependOnTheOrderOfFiles() throws {
        let a = SourceFile(path: try #require(SourcePath("a")), bytes: Data("1".utf8))
        let b = SourceFile(path: try #require(SourcePath("B")), bytes: Data("2".utf8))
        #expect(SourceRevision.hash(of: [a, b]) == SourceRevision.hash(of: [b, a]))
        #expect(SourceRevision.hash(of: [a]) != SourceRevision.hash(of: [b]))
        #expect(SourceRevision.hash(of: []) == nil)
    }

    @Test
    func attachmentNamesAreMadeHarmless() {
        #expect(AttachmentRules.cleanName("../../etc/pass wd?.txt") == "pass-wd-.txt")
        #expect(AttachmentRules.cleanName("..") == "file")
        #expect(AttachmentRules.cleanID("AB/../c") == "abc")
        #expect(AttachmentRules.isUsable(path: "attachments/a-b.txt"))
        #expect(!AttachmentRules.isUsable(path: "attachments/../x"))
        #expect(!AttachmentRules.isUsable(path: "src/x"))
    }
}
