package import Foundation

/// The document that the preview route serves for a built app (spec 02 §14.2 with B16; 06 §6.7).
///
/// Assets stay where they are and are loaded by URL. The policy and the bridge script are put in front of everything
/// the app wrote: an HTML parser opens `html` and `head` for them, and takes the app's own `<html>` and `<head>` tags
/// as further words about those. So no markup of the app, however broken, comes before them or undoes them.
package enum PreviewDocument {
    /// Where the document expects `Toolchain.previewBridge()`, relative to itself.
    package static let bridgePath = "__second/bridge.js"

    /// `index` is `dist/index.html` of a saved revision; `policy` the value of its Content-Security-Policy.
    ///
    /// References that the app wrote from the root (`/assets/…`) become relative ones, since a preview lives below a
    /// path of its own. The result is UTF-8 and is to be served as `text/html; charset=utf-8`. Module scripts of a
    /// sandboxed document are fetched from an opaque origin, so assets need `Access-Control-Allow-Origin: *`.
    ///
    /// Links that only warm up a connection and pages that replace themselves lose their meaning: no policy of a
    /// page forbids the first, and a preview has nowhere to go.
    package static func make(index: Data, policy: String) -> Data {
        var bytes = Array(index)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
        var edits = HTMLEdits()
        for tag in HTMLTags(bytes) where !tag.isEnd {
            for attribute in tag.attributes where self.reachesOut(tag, attribute) {
                edits.replace(attribute.valueRange, with: "disabled")
            }
            for attribute in tag.attributes where ["src", "href", "poster"].contains(attribute.name) {
                // A link for a person stays as it is; only what the document loads is ours to place.
                guard tag.name != "a", tag.name != "base" else { continue }
                if let relative = HTMLReference(attribute.value).relative {
                    edits.replace(attribute.valueRange, with: relative)
                }
            }
        }
        let head = """
            <!doctype html><meta http-equiv="Content-Security-Policy" content="\(self.attributeText(policy))">\
            <meta charset="utf-8"><script src="\(self.bridgePath)"></script>

            """
        return Data(head.utf8) + Data(edits.applied(to: bytes))
    }

    /// `rel` of a link that connects in advance, `http-equiv` of a page that goes elsewhere by itself.
    ///
    /// A character reference may spell anything, and none is needed in these values.
    private static func reachesOut(_ tag: HTMLTags.Tag, _ attribute: HTMLTags.Attribute) -> Bool {
        let words = attribute.value.lowercased().split(whereSeparator: \.isWhitespace)
        switch (tag.name, attribute.name) {
        case ("link", "rel"): return attribute.value.contains("&") || words.contains { self.hints.contains(String($0)) }
        case ("meta", "http-equiv"): return attribute.value.contains("&") || words.contains("refresh")
        default: return false
        }
    }

    private static let hints: Set<String> = ["preconnect", "dns-prefetch", "prefetch", "prerender"]

    private static func attributeText(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("\"", with: "&quot;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;")
    }
}
