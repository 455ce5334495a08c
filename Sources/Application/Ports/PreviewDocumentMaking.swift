package import Foundation

/// Makes a built app's page fit to be shown in a frame (spec 02 §14, B16).
///
/// Policy and bridge come in front of everything the app wrote. The embedded toolchain does it; whoever serves previews only calls it.
package protocol PreviewDocumentMaking: Sendable {
    /// Where the document loads the bridge script from, relative to itself.
    var bridgePath: String { get }
    func bridge() async throws -> Data
    /// `index` is `dist/index.html`; `policy` the value of its Content-Security-Policy.
    func document(index: Data, policy: String) -> Data
}
