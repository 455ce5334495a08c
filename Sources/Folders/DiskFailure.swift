import Foundation

/// What went wrong with a file of a workspace; may be shown.
package enum DiskFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// An error of the operating system.
    case system(code: Int32)
    /// A link, a special file or a file of that name stands where a folder or a file of ours belongs.
    case obstructed(String)

    /// The last error of the C library on this thread.
    package static var last: Self { .system(code: errno) }

    package var description: String {
        switch self {
        case .system(ENOSPC), .system(EDQUOT): "The disk is full; nothing was changed."
        case .system(EROFS): "The data folder is read-only; nothing was changed."
        case .system(let code): "The workspace cannot be used: \(String(cString: strerror(code)))."
        case .obstructed(let name):
            "Something that is no plain file or folder is in the way at \(name.debugDescription)."
        }
    }
}
