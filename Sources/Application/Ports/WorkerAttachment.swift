package import Domain
package import Foundation

/// A file of a person on its way into the workspace (spec 03 §2.3).
package struct WorkerAttachment: Sendable, Equatable {
    package var reference: AttachmentRef
    package var bytes: Data

    package init(reference: AttachmentRef, bytes: Data) {
        self.reference = reference
        self.bytes = bytes
    }
}
