import Foundation
import Synchronization

extension OpenFolder {
    private static let removals = Atomic(0)

    /// Names that begin so are ours and may be removed whenever nobody works on them.
    package static let leftoverPrefix = ".second-"

    /// Removes an entry with everything below it; links are removed, never followed.
    ///
    /// Folders are first moved up to this one: any depth takes two descriptors and no recursion, so no tree, however
    /// deep an agent made it, is too deep to be deleted.
    package borrowing func remove(_ name: RawName) throws {
        var pending = [name]
        while let next = pending.popLast() {
            guard let entry = self.entry(next) else { continue }
            guard entry.kind == .folder else {
                try self.unlink(next, flags: 0)
                continue
            }
            let folder = try self.folder(next)
            for child in try folder.names() {
                if folder.entry(child)?.kind == .folder {
                    folder.giveOwnerRights(to: child)
                    let moved = self.freeLeftoverName()
                    try folder.move(child, to: self, as: moved)
                    pending.append(moved)
                } else {
                    try folder.unlink(child, flags: 0)
                }
            }
            try self.unlink(next, flags: AT_REMOVEDIR)
        }
    }

    /// Removes what work of ours left in this folder that was interrupted; nobody else must be at work in it.
    package borrowing func removeLeftovers() throws {
        let prefix = Self.leftoverPrefix.rawName.dropLast()
        for name in try self.names() where name.starts(with: prefix) { try self.remove(name) }
    }

    /// One that nothing has: an earlier process with our id may have left some.
    private borrowing func freeLeftoverName() -> RawName {
        while true {
            let name = Self.leftoverName()
            if self.entry(name) == nil { return name }
        }
    }

    package static func leftoverName() -> RawName {
        let number = Self.removals.wrappingAdd(1, ordering: .relaxed).newValue
        return "\(Self.leftoverPrefix)\(getpid())-\(number)".rawName
    }

    private borrowing func unlink(_ name: RawName, flags: Int32) throws {
        guard unlinkat(self.descriptor, name, flags) == 0 || errno == ENOENT else { throw DiskFailure.last }
    }
}
