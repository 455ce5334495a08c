import Application

/// The app by itself, in its frame.
struct AlonePage: Sendable {
    let appName: String
    /// `nil` when nothing was built.
    let url: String?
    let sandbox: String
    let allow: String?

    init(appName: String, address: PreviewService.Address?) {
        self.appName = appName
        self.url = address?.url
        self.sandbox = address?.sandbox ?? ""
        self.allow = address?.allow
    }
}
