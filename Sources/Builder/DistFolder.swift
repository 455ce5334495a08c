import Domain
import Foundation

/// Puts a finished `dist` into a workspace in one step: it is made elsewhere and moved into place.
///
/// What was there is moved out, whatever it is. When that fails, what was there comes back.
struct DistFolder: Sendable {
    let workspace: URL
    let folders: BuildFolders.OfApp

    func replace(with files: [SourceFile]) async throws {
        let fresh = self.folders.dist.path(percentEncoded: false).trimmingSlash()
        let replaced = self.folders.replaced.path(percentEncoded: false).trimmingSlash()
        let place = self.workspace.path(percentEncoded: false).trimmingSlash() + "/dist"
        try await BlockingWork.run { isCancelled in
            try BuildFolders.make(URL(filePath: fresh))
            try BuildFolders.write(files, to: URL(filePath: fresh))
            if isCancelled() { throw CancellationError() }
            var status = stat()
            let hadOne = lstat(place, &status) == 0
            if hadOne { try FileManager.default.moveItem(atPath: place, toPath: replaced) }
            do {
                try FileManager.default.moveItem(atPath: fresh, toPath: place)
            } catch {
                if hadOne { try FileManager.default.moveItem(atPath: replaced, toPath: place) }
                throw error
            }
            if hadOne { try FileManager.default.removeItem(atPath: replaced) }
        }
    }
}
