import Domain
package import Foundation
package import NIOCore

/// The styles, modules, icons and pictures of the pages, read once at start.
///
/// One hash over everything names the whole set, so that relative imports between modules stay within one edition and
/// every answer may be kept for ever.
package struct AssetCatalog: Sendable {
    package struct Asset: Sendable {
        package let bytes: ByteBuffer
        package let mediaType: String
        /// Quoted, as it goes into the header.
        package let entityTag: String
    }

    /// 16 hexadecimal characters that change when any byte of any asset does.
    package let hash: String
    private let assets: [String: Asset]

    /// Reads `folder`, the `Web` folder; its templates are no assets.
    ///
    /// - Throws: what reading the folder throws; the server does not start without its pages.
    package init(folder: URL) throws {
        var assets: [String: Asset] = [:]
        var digest = ""
        for (path, url) in try FolderListing.files(in: folder) where Self.isServed(path) {
            guard let mediaType = MediaType.of(path) else { continue }
            let data = try Data(contentsOf: url)
            let hash = ContentHash(of: data).rawValue
            digest += "\(path)\n\(hash)\n"
            assets[path] = Asset(
                bytes: ByteBuffer(bytes: data),
                mediaType: mediaType,
                entityTag: "\"\(hash.prefix(32))\""
            )
        }
        self.assets = assets
        self.hash = String(ContentHash(of: Data(digest.utf8)).rawValue.prefix(16))
    }

    private static func isServed(_ path: String) -> Bool {
        !path.hasPrefix("templates/") && !path.split(separator: "/").contains { $0.hasPrefix(".") }
    }

    /// Where browsers find the set; an asset's address is this, a slash and its path.
    package var address: String { "/assets/\(self.hash)" }

    /// Paths are those below the folder, `styles/base.css`; anything else is not there.
    package func asset(at path: String) -> Asset? {
        self.assets[path]
    }

    /// Whether a module of that name is there, `settings/runtime`.
    package func hasModule(_ name: String) -> Bool {
        self.assets["modules/\(name).js"] != nil
    }
}
