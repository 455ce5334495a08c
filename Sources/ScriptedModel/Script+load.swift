import Domain
package import Foundation

extension Script {
    package struct Invalid: Error, CustomStringConvertible, Sendable {
        package let description: String
    }

    /// Reads and checks a script file; see `Script` for its format.
    package static func load(from file: URL) throws -> Script {
        let script = try Script(parsing: Data(contentsOf: file), filesBeside: file.deletingLastPathComponent())
        return script
    }

    /// Parses and checks a script; `folder` is where its `$file` references are looked up.
    package init(parsing bytes: Data, filesBeside folder: URL?) throws {
        var script = try JSONDecoder().decode(Script.self, from: bytes)
        for turn in script.turns.indices {
            for block in script.turns[turn].answer.blocks.indices {
                guard let input = script.turns[turn].answer.blocks[block].input else { continue }
                script.turns[turn].answer.blocks[block].input = try Self.filled(input, from: folder)
            }
        }
        try script.check()
        self = script
    }

    /// Every rule that `Script` states about itself.
    package func check() throws {
        var known: Set<String> = []
        for turn in self.turns {
            guard !turn.id.isEmpty, turn.id.utf8.allSatisfy(Self.isIDByte) else {
                throw Invalid(description: "The turn id \"\(turn.id)\" is not made of a-z, 0-9 and hyphens.")
            }
            guard known.insert(turn.id).inserted else {
                throw Invalid(description: "Two turns are called \"\(turn.id)\".")
            }
            for block in turn.answer.blocks {
                let kinds = [block.text != nil, block.thinking != nil, block.tool != nil].filter(\.self).count
                guard kinds == 1 else {
                    throw Invalid(description: "A block of \"\(turn.id)\" is not one of text, thinking and tool.")
                }
            }
        }
        for turn in self.turns {
            if let after = turn.when.after, !known.contains(after) {
                throw Invalid(description: "\"\(turn.id)\" comes after \"\(after)\", which is no turn.")
            }
        }
    }

    private static func isIDByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "-")
    }

    private static func filled(_ value: JSONValue, from folder: URL?) throws -> JSONValue {
        switch value {
        case .object(let members):
            if members.count == 1, let path = members["$file"]?.string {
                guard let folder, !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
                    throw Invalid(description: "The script cannot refer to the file \"\(path)\".")
                }
                return .string(try String(contentsOf: folder.appending(path: path), encoding: .utf8))
            }
            return .object(try members.mapValues { try self.filled($0, from: folder) })
        case .array(let items): return .array(try items.map { try self.filled($0, from: folder) })
        default: return value
        }
    }
}
