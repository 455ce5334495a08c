package import Domain
package import Foundation

/// A secret that is made once and kept in a file with mode 0600, so that restarts do not sign people out (spec 01 B5).
package enum KeptSecret {
    package struct Unreadable: Error, CustomStringConvertible {
        package let path: String
        package var description: String { "The secret file \(self.path) cannot be read or written." }
    }

    /// The file's text, made from 32 random bytes when the file is missing or damaged.
    ///
    /// Of several processes that start at once all get the same secret: the file appears whole, and only once.
    package static func load(at file: URL, bytes: RandomBytes = .live) throws -> Secret<String> {
        if let secret = Self.read(file) { return secret }
        let draft = file.appendingPathExtension(bytes.take(8).hexadecimal)
        let descriptor = Foundation.open(draft.path, O_CREAT | O_WRONLY | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Unreadable(path: file.path) }
        defer { unlink(draft.path) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(bytes.take(32).hexadecimal.utf8))
            try handle.close()
        } catch {
            throw Unreadable(path: file.path)
        }
        // Linking fails where another process was faster; a file that is there and still unreadable is damaged.
        if link(draft.path, file.path) != 0, Self.read(file) == nil, rename(draft.path, file.path) != 0 {
            throw Unreadable(path: file.path)
        }
        guard let secret = Self.read(file) else { throw Unreadable(path: file.path) }
        return secret
    }

    private static func read(_ file: URL) -> Secret<String>? {
        // A file that cannot be read is treated as one that is not there.
        guard let text = try? String(contentsOf: file, encoding: .utf8).trimmingWhitespace(), text.utf8.count >= 32
        else { return nil }
        return Secret(text)
    }
}
