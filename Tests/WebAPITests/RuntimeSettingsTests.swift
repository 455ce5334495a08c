import Domain
import HTTPTypes
import HummingbirdTesting
import Testing
import WebAPI

@Suite("Settings of the runtime")
struct RuntimeSettingsTests {
    @Test("runtime settings of an app are normalised, nonsense is refused")
    func runtimeSettingsAreNormalised() async throws {
        let world = try await World.make()
        let app = try await world.makeApp().app
        let path = world.path(of: app) + "/settings"
        #expect(try await world.send(.patch, path, as: .member, json: "{\(AppRoutesTests.runtime)}").status == .ok)
        #expect(try await world.send(.patch, path, as: .member, json: "[]").code == "invalid_body")
        #expect(try await world.send(.patch, path, as: .member, json: "{}").code == "invalid_runtime_settings")
    }

    @Test("switches of the workspace are changed by managers, booleans only")
    func switchesAreChangedByManagers() async throws {
        let world = try await World.make()
        let path = "/api/workspaces/acme/runtime-settings"
        for body in ["{}", "[]", #"{"allowIframeScripts":"no"}"#, #"{"allowIframeScripts":1}"#, #"{"other":true}"#] {
            let response = try await world.send(.patch, path, as: .admin, json: body)
            #expect(response.code == "invalid_app_runtime_settings", "\(body)")
        }
        let changed = try await world.send(.patch, path, as: .admin, json: #"{"allowIframeScripts":false,"x":1}"#)
        #expect(changed.json?["settings"]?["allowIframeScripts"]?.bool == false)
        let seen = try await world.send(.get, path, as: .member)
        #expect(seen.json?["canManage"]?.bool == false)
        #expect(seen.json?["settings"]?["allowIframeScripts"]?.bool == false)
        #expect(seen.json?["settings"]?["allowIframeClipboard"]?.bool == true)
    }
}
