import Domain

extension SourceFile {
    /// The file below another folder, or `nil` when it is not below the first.
    func moved(from old: String, to new: String) -> SourceFile? {
        guard self.path.rawValue.hasPrefix(old) else { return nil }
        return SourcePath(new + self.path.rawValue.dropFirst(old.count)).map { SourceFile(path: $0, bytes: self.bytes) }
    }
}
