import Foundation

/// What a suite does when the server that it needs is not on the machine.
enum Requirement {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    static func isWanted(_ isInstalled: Bool, otherwise reason: String) -> Bool {
        if isInstalled || ProcessInfo.processInfo.environment["CI"] != nil { return true }
        FileHandle.standardError.write(Data("Tests are skipped: \(reason)\n".utf8))
        return false
    }
}
