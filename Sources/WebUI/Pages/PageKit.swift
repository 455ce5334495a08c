package import Domain
package import HTTPTypes
package import Hummingbird
import NIOCore

/// Draws pages: a template of its own for each, inside the document and, for people in a workspace, inside the shell.
package struct PageKit: Sendable {
    package let assets: AssetCatalog
    package let templates: Templates
    /// A recorded model answers on this server; every page says so.
    package var isDemo: Bool { self.demo() }

    private let demo: @Sendable () -> Bool

    /// `isDemo` is asked for each page: a worker elsewhere may change its mind.
    package init(
        assets: AssetCatalog,
        templates: Templates,
        isDemo: @autoclosure @escaping @Sendable () -> Bool
    ) {
        self.assets = assets
        self.templates = templates
        self.demo = isDemo
    }

    /// The whole page as it is sent: the template's text in the shell, if there is one, in the document.
    ///
    /// - Throws: `TemplateError.unknown`, which a test of every template rules out.
    package func page(
        _ template: String,
        _ model: some Sendable,
        in frame: PageFrame,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        Self.response(html: try self.html(template, model, in: frame), status: status)
    }

    package func html(_ template: String, _ model: some Sendable, in frame: PageFrame) throws -> String {
        var content = try self.templates.render(template, model)
        if var shell = frame.shell {
            shell.content = content
            content = try self.templates.render("shell/shell", shell)
        }
        return try self.templates.render("document", DocumentModel(frame: frame, content: content, kit: self))
    }

    package static func response(html: String, status: HTTPResponse.Status = .ok) -> Response {
        let bytes = ByteBuffer(string: html)
        // What pages may do is the gate's to say: it does for every page, also those that it draws itself.
        let headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .contentLength: String(bytes.readableBytes),
            .cacheControl: "no-store",
        ]
        return Response(status: status, headers: headers, body: .init(byteBuffer: bytes))
    }
}

/// What a page asks of the document around it.
package struct PageFrame: Sendable {
    /// The page's own part of the title, `Home — Acme`.
    package var title: String
    package var theme: Preferences.ThemeMode
    /// Names below `Web/styles`, without ending; `tokens` and `base` are always there.
    package var styles: [String]
    /// Names below `Web/modules`, without ending, that the page will bind; they are fetched early.
    package var modules: [String]
    package var shell: ShellModel?

    package init(
        title: String,
        theme: Preferences.ThemeMode,
        styles: [String] = [],
        modules: [String] = [],
        shell: ShellModel? = nil
    ) {
        self.title = title
        self.theme = theme
        self.styles = styles
        self.modules = modules
        self.shell = shell
    }
}

/// The outermost template's values.
struct DocumentModel: Sendable {
    let title: String
    let theme: String
    let assets: String
    let styles: [String]
    let preloads: [String]
    let isDemo: Bool
    /// Markup that we rendered.
    let content: String

    init(frame: PageFrame, content: String, kit: PageKit) {
        self.title = frame.title
        self.theme = frame.theme.rawValue
        self.assets = kit.assets.address
        let inShell = frame.shell != nil
        self.styles = ["tokens", "base"] + (inShell ? ["shell"] : []) + frame.styles
        self.preloads = (inShell ? ["shell", "bus", "dom", "http"] : []) + frame.modules
        self.isDemo = kit.isDemo
        self.content = content
    }
}
