package import Domain
package import Foundation

/// A secret that is made once and kept in a file with mode 0600, so that restarts do not sign people out (spec 01 B5).
package enum KeptSecret {
    package struct Unreadable: Error, CustomStringConvertible {
        package let path: String
        package var description: String { "The secret file \(self.path) cannot be read or written." }
    }

    /// The file's text, made from 32 random bytes when the file is missing.
    package static func load(at file: URL, bytes: RandomBytes = .live) throws -> Secret<String> {
        // A missing or damaged file is made anew below.
        if let text = try? String(contentsOf: file, encoding: .utf8).trimmingWhitespace(), text.utf8.count >= 32 {
            return Secret(text)
        }
        let secret = bytes.take(32).hexadecimal
        let descriptor = Foundation.open(file.path, O_CREAT | O_WRONLY | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Unreadable(path: file.path) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(secret.utf8))
            try handle.close()
        } catch {
            throw Unreadable(path: file.path)
        }
        return Secret(secret)
    }
}
