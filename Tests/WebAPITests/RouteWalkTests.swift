import Domain
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing
import WebAPI
import WebGate

/// Everybody on every route in every workspace: the table, the router and the answers have to agree (spec 01 B24).
@Suite("The walk over all routes")
struct RouteWalkTests {
    @Test("the router serves exactly the table")
    func theRouterServesExactlyTheTable() async throws {
        let world = try await World.make()
        let served = world.routes
        let listed = RouteTable.all.map { "\($0.method) \(RouterPath($0.path))" }
        #expect(Set(served) == Set(listed))
        #expect(listed.count == Set(listed).count)
    }

    @Test("openapi.json describes exactly the table")
    func openAPIDescribesExactlyTheTable() async throws {
        let world = try await World.make()
        let document = try #require(try await world.send(.get, "/api/openapi.json").json)
        var described: Set<String> = []
        for (path, operations) in document["paths"]?.object ?? [:] {
            for method in operations.object?.keys.sorted() ?? [] { described.insert("\(method.uppercased()) \(path)") }
        }
        let listed = RouteTable.all.map { spec in
            let path = spec.path.split(separator: "/").map { segment in
                if segment == "**" { return "{path}" }
                return segment.hasPrefix(":") ? "{\(segment.dropFirst())}" : String(segment)
            }
            return "\(spec.method.rawValue) /" + path.joined(separator: "/")
        }
        #expect(described == Set(listed))
    }

    @Test("nobody is asked to sign in, whatever the workspace", arguments: ["acme", "other", "Not_a_slug", "unknown"])
    func nobodyIsAskedToSignIn(workspace: String) async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        for spec in RouteTable.all where spec.access != .open && spec.access != .anyone {
            let response = try await Self.knock(world, spec, as: .nobody, workspace: workspace, app: app.id.rawValue)
            #expect(response.status == .unauthorized, "\(spec.method) \(spec.path)")
            #expect(response.code == "identity_required", "\(spec.method) \(spec.path)")
        }
    }

    @Test("foreign, malformed and unknown workspaces are one 404", arguments: ["other", "Not_a_slug", "unknown", "-a"])
    func foreignWorkspacesAreOne404(workspace: String) async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        var bodies: Set<String> = []
        for spec in RouteTable.all where spec.path.contains("/:w") {
            for person in [World.Person.owner, .admin, .member] {
                let response = try await Self.knock(world, spec, as: person, workspace: workspace, app: app.id.rawValue)
                #expect(response.status == .notFound, "\(spec.method) \(spec.path) as \(person)")
                bodies.insert(response.text)
            }
        }
        #expect(bodies.count == 1)
        #expect(bodies.first?.contains(#""error":"not_found""#) == true)
    }

    @Test("a stranger learns nothing about this workspace")
    func aStrangerLearnsNothing() async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        for spec in RouteTable.all where spec.path.contains("/:w") {
            let response = try await Self.knock(world, spec, as: .stranger, workspace: "acme", app: app.id.rawValue)
            #expect(response.status == .notFound, "\(spec.method) \(spec.path)")
            #expect(response.code == "not_found", "\(spec.method) \(spec.path)")
        }
    }

    @Test("a role that is too low is told so with the route's code, one that suffices is not")
    func aRoleThatIsTooLowIsToldSo() async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        for spec in RouteTable.all {
            guard case .member(let permission) = spec.access, spec != RouteTable.events else { continue }
            for (person, role) in [(World.Person.owner, Role.owner), (.admin, .admin), (.member, .member)] {
                let response = try await Self.knock(world, spec, as: person, workspace: "acme", app: app.id.rawValue)
                let isRefused = response.status == .forbidden
                #expect(isRefused != permission.isHeld(by: role), "\(spec.method) \(spec.path) as \(person)")
                if isRefused { #expect(response.code == spec.forbiddenCode) }
            }
        }
    }

    @Test("somebody else's draft does not exist for a colleague, and does for an admin")
    func aDraftDoesNotExistForAColleague() async throws {
        let world = try await World.make()
        for spec in RouteTable.all {
            guard case .app = spec.access, ![RouteTable.runEvents, RouteTable.deleteApp].contains(spec) else {
                continue
            }
            let (app, run) = try await world.makeApp("App")
            for (person, isInside) in [
                (World.Person.colleague, false), (.member, true), (.admin, true), (.owner, true),
            ] {
                let response = try await Self.knock(
                    world,
                    spec,
                    as: person,
                    workspace: "acme",
                    app: app.id.rawValue,
                    run: run.id.rawValue
                )
                let isHidden = response.status == .notFound && response.code == spec.missingCode
                #expect(isHidden != isInside || spec == RouteTable.preview, "\(spec.method) \(spec.path) as \(person)")
                #expect(response.status != .internalServerError, "\(spec.method) \(spec.path) as \(person)")
            }
        }
    }

    @Test("malformed and unknown ids of apps are 404 before anything is looked up", arguments: ["x", "..", "%00", "0"])
    func malformedIDsAre404(id: String) async throws {
        let world = try await World.make()
        for spec in RouteTable.all {
            guard case .app = spec.access else { continue }
            let response = try await Self.knock(world, spec, as: .owner, workspace: "acme", app: id)
            #expect(response.status == .notFound, "\(spec.method) \(spec.path)")
            #expect(response.code == spec.missingCode, "\(spec.method) \(spec.path)")
        }
    }

    static func knock(
        _ world: World,
        _ spec: RouteSpec,
        as person: World.Person,
        workspace: String,
        app: String,
        run: String = "aaaaaaaaaaaaaaaaaaaaaaaa"
    ) async throws -> TestResponse {
        let path = spec.path
            .replacing(":w", with: workspace).replacing(":app", with: app).replacing(":run", with: run)
            .replacing(":version", with: "bbbbbbbbbbbbbbbbbbbbbbbb")
        guard spec.method != .get else { return try await world.send(.get, path, as: person) }
        return try await world.send(spec.method, path, as: person, json: "{}")
    }
}
