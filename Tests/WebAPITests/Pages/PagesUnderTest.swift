import Application
import Domain
import Foundation
import Hummingbird
import HummingbirdTesting
import Testing
import WebGate
import WebUI

/// The pages behind a real gate, over people and apps that a test names.
struct PagesUnderTest {
    static let appID = "0123456789abcdef01234567"
    private static let stamp = Timestamp(milliseconds: 1_767_225_600_000)

    let kit: PageKit
    var people: [String: (user: User, memberships: [Membership])] = [:]
    var appName = "Lead tracker"
    var workspaceName = "Acme"

    init(isDemo: Bool = false) throws {
        self.kit = PageKit(
            assets: try AssetCatalog(folder: WebFolder.url),
            templates: try Templates(folder: WebFolder.url.appendingPathComponent("templates")),
            isDemo: isDemo
        )
        try self.add("ada", role: .owner)
        try self.add("bo", role: .member)
        try self.add("new", role: nil)
    }

    /// Ids are made of the position, so that they stay the same from run to run.
    mutating func add(_ name: String, role: Role?, isDone: Bool = true) throws {
        let number = self.people.count + 1
        let userID = try #require(User.ID("a" + String(repeating: "0", count: 22) + "\(number)"))
        var user = User(id: userID, email: "\(name)@example.com", displayName: name.capitalized, createdAt: Self.stamp)
        if isDone, role != nil { user.onboardingCompletedAt = Self.stamp }
        var memberships: [Membership] = []
        if let role, let id = Membership.ID("b" + String(repeating: "0", count: 22) + "\(number)"),
            let workspaceID = WorkspaceID("acme")
        {
            memberships = [
                Membership(id: id, workspaceID: workspaceID, userID: userID, role: role, createdAt: Self.stamp)
            ]
        }
        self.people[name] = (user, memberships)
    }

    func application() throws -> some ApplicationProtocol {
        let byID = Dictionary(uniqueKeysWithValues: self.people.values.map { ($0.user.id, $0) })
        let gate = GateConfiguration(
            mode: .local,
            publicOrigin: nil,
            tokens: NamesAsTokens(ids: self.people.mapValues(\.user.id)),
            gatekeeper: Gatekeeper { byID[$0] }
        )
        let router = Router<SecondRequestContext>.gated(
            by: gate,
            identifiers: .live,
            errorPage: ErrorPages(kit: self.kit).outside
        )
        let workspaceID = try #require(WorkspaceID("acme"))
        let owner = try #require(self.people["ada"]).user.id
        let workspace = Workspace(
            id: workspaceID,
            name: self.workspaceName,
            createdByUserID: owner,
            createdAt: Self.stamp
        )
        let app = App(
            id: try #require(App.ID(Self.appID)),
            workspaceID: workspaceID,
            createdByUserID: owner,
            name: try #require(AppName(self.appName)),
            isNamedByPerson: true,
            prompt: nil,
            runtime: .standard,
            createdAt: Self.stamp
        )
        let shell = ShellSource(
            contents: { member in
                let isMine = member.userID == owner
                let row = ShellContents.Row(app: app, runStatus: .streaming, canManage: true)
                return ShellContents(memberCount: 2, apps: isMine ? [row] : [])
            },
            findWorkspace: { $0 == workspaceID ? workspace : nil },
            kit: self.kit
        )
        let services = PageServices(kit: self.kit, gate: gate, shell: shell, registry: .standard)
        let apps = AppGatekeeper(findApp: { _ in nil }, findTeams: { _, _ in [] })
        PageRoutes(services: services).add(to: RouteRegistrar(router: router, apps: apps))
        return Application(router: router)
    }
}

/// A person's name is their token: sessions have tests of their own.
private struct NamesAsTokens: SessionTokens {
    let ids: [String: User.ID]

    func issue(to userID: User.ID, epoch _: Int) -> String {
        self.ids.first { $0.value == userID }?.key ?? ""
    }

    func read(_ token: String) -> SessionClaims? {
        self.ids[token].map { SessionClaims(userID: $0, issuedAt: Timestamp(milliseconds: 0), epoch: 0) }
    }

    func isDueForRenewal(_: SessionClaims) -> Bool { false }
}
