import Foundation

/// The command line's only way of talking: lines to standard output, problems to standard error.
enum Terminal {
    static func line(_ text: String) {
        FileHandle.standardOutput.write(Data((text + "\n").utf8))
    }

    static func problem(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}
