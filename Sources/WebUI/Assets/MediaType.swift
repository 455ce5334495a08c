/// Content types by the endings that our own files have; a file with another ending is not served.
enum MediaType {
    static func of(_ path: String) -> String? {
        guard let ending = path.split(separator: ".").last else { return nil }
        return switch ending {
        case "css": "text/css; charset=utf-8"
        case "js": "text/javascript; charset=utf-8"
        case "json": "application/json; charset=utf-8"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "woff2": "font/woff2"
        default: nil
        }
    }
}
