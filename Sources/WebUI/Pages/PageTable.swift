import Domain
import HTTPTypes
package import WebGate

/// The pages with who may open them; the app's own page is in `AppPageTable`.
package enum PageTable {
    package static let root = RouteSpec(.get, "/", .anyone)
    package static let intro = RouteSpec(.get, "/onboarding/intro", .anyone)
    package static let identity = RouteSpec(.get, "/onboarding/identity", .anyone)
    package static let workspace = RouteSpec(.get, "/onboarding/workspace", .anyone)
    package static let loader = RouteSpec(.get, "/onboarding/loader", .anyone)
    package static let provider = RouteSpec(.get, "/onboarding/provider", .anyone)
    package static let home = RouteSpec(.get, "/w/:w", .member(.viewWorkspace), missing: "not_found")
    package static let settings = RouteSpec(.get, "/w/:w/settings", .member(.viewWorkspace))
    package static let runtimeSettings = RouteSpec(.get, "/w/:w/settings/runtime-settings", .member(.viewWorkspace))
    package static let runtimes = RouteSpec(.get, "/w/:w/settings/runtimes", .member(.viewWorkspace))
    /// Whatever else lies below a workspace: not there, said inside the frame.
    package static let elsewhere = RouteSpec(.get, "/w/:w/**", .member(.viewWorkspace))

    package static let all = [
        root, intro, identity, workspace, loader, provider, home, settings, runtimeSettings, runtimes, elsewhere,
        AssetRoutes.file,
    ]
}
