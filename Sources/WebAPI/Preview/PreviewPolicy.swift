import Domain
import HTTPTypes
import WebGate

/// The headers of a preview: a page that may load its own files, show them, and reach nobody (spec 02 B16).
struct PreviewPolicy {
    /// Scheme, host and port, as in `http://127.0.0.1:3000`.
    var origin: String
    /// `/preview/{token}/`: of our origin, nothing but this.
    var path: String
    var settings: AppRuntimeSettings

    /// For the `<meta>` tag: all directives that work there.
    ///
    /// Images and fonts come from the preview itself or from memory; no other host is named anywhere.
    var documentPolicy: String {
        let own = self.origin + self.path
        let scripts = self.settings.allowIframeScripts ? "\(own) 'unsafe-inline'" : "'none'"
        return [
            "default-src 'none'",
            "script-src \(scripts)",
            "style-src \(own) 'unsafe-inline'",
            "img-src \(own) data: blob:",
            "font-src \(own) data:",
            "media-src \(own) data: blob:",
            "connect-src 'none'",
            "worker-src 'none'",
            "frame-src 'none'",
            "object-src 'none'",
            "manifest-src 'none'",
            "form-action 'none'",
            "base-uri 'none'",
        ].joined(separator: "; ")
    }

    /// For the header: also who may frame it, and the sandbox, which holds when the page is opened alone.
    var headerPolicy: String {
        self.documentPolicy + "; frame-ancestors 'self'; sandbox " + self.settings.sandbox
    }

    /// Whom the browser may turn to at all on behalf of the page.
    ///
    /// It holds where no content policy does: peer connections, connections opened in advance, names looked up,
    /// speculation, and where the page itself may go. Chromium keeps it; browsers that do not know it ignore it. A page
    /// that may open other sites has to be allowed to turn to them; peer connections stay closed either way.
    var connectionAllowlist: String {
        self.settings.allowIframeExternalLinks ? #"(response-origin "*://*:*/*")"# : "(response-origin)"
    }

    var headers: HTTPFields {
        [
            .contentSecurityPolicy: self.headerPolicy,
            .own("connection-allowlist"): self.connectionAllowlist,
            .own("x-dns-prefetch-control"): "off",
            .referrerPolicy: "no-referrer",
            .xContentTypeOptions: "nosniff",
            // The document's origin is opaque, so its own files are cross-origin to it.
            .accessControlAllowOrigin: "*",
            .own("cross-origin-resource-policy"): "cross-origin",
            .own("permissions-policy"): self.permissions,
            .cacheControl: "private, max-age=31536000, immutable",
        ]
    }

    private var permissions: String {
        let denied = ["camera", "microphone", "geolocation", "payment", "usb", "serial", "bluetooth", "hid", "midi"]
        let clipboard = self.settings.allowIframeClipboard ? "" : ", clipboard-write=()"
        return denied.map { "\($0)=()" }.joined(separator: ", ") + clipboard
    }
}
