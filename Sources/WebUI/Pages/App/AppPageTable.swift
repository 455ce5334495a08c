import HTTPTypes
package import WebGate

/// The app's own page with who may open it.
package enum AppPageTable {
    package static let app = RouteSpec(.get, "/w/:w/apps/:app", .app(.view), missing: "not_found")

    package static let all = [app]
}
