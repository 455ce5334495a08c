/// Compares two texts by lines and cuts the differences into hunks with three lines of surroundings.
package enum TextDiff {
    package struct Hunk: Codable, Sendable, Equatable {
        /// Line numbers count from 1; a side without lines has the number before it.
        package var oldStart: Int
        package var oldLines: Int
        package var newStart: Int
        package var newLines: Int
        /// Each begins with a space, `-` or `+`.
        package var lines: [String]
    }

    static let surroundings = 3
    /// Where both middles have more lines than this, they are shown as replaced as a whole: the comparison costs the
    /// product of lines and differences.
    static let maximumCompared = 2000

    package static func hunks(from old: String, to new: String) -> [Hunk] {
        let lines = self.edits(Self.lines(old), Self.lines(new))
        var hunks: [Hunk] = []
        var index = 0
        while let first = lines[index...].firstIndex(where: { $0.kind != .same }) {
            let start = max(index, first - self.surroundings)
            var end = first
            // Differences with no more than twice the surroundings between them share a hunk.
            while let next = lines[end...].firstIndex(where: { $0.kind != .same }), next - end <= self.surroundings * 2
            {
                end = next + 1
            }
            let stop = min(lines.count, end + self.surroundings)
            hunks.append(self.hunk(lines[start..<stop]))
            index = stop
        }
        return hunks
    }

    private enum Kind: Character {
        case same = " "
        case removed = "-"
        case added = "+"
    }

    private struct Line {
        var kind: Kind
        var text: Substring
        /// How many lines of each side come before.
        var old: Int
        var new: Int
    }

    private static func lines(_ text: String) -> [Substring] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func edits(_ old: [Substring], _ new: [Substring]) -> [Line] {
        let head = zip(old, new).prefix { $0 == $1 }.count
        let tail = zip(old.dropFirst(head).reversed(), new.dropFirst(head).reversed()).prefix { $0 == $1 }.count
        let oldMiddle = old[head..<(old.count - tail)]
        let newMiddle = new[head..<(new.count - tail)]
        var removed = Set(oldMiddle.indices)
        var added = Set(newMiddle.indices)
        if max(oldMiddle.count, newMiddle.count) <= self.maximumCompared {
            removed = []
            added = []
            for change in Array(newMiddle).difference(from: Array(oldMiddle)) {
                switch change {
                case .remove(let offset, _, _): removed.insert(head + offset)
                case .insert(let offset, _, _): added.insert(head + offset)
                }
            }
        }
        var lines: [Line] = []
        lines.reserveCapacity(old.count + added.count)
        var one = 0
        var other = 0
        while one < old.count || other < new.count {
            if one < old.count, removed.contains(one) {
                lines.append(Line(kind: .removed, text: old[one], old: one, new: other))
                one += 1
            } else if other < new.count, added.contains(other) {
                lines.append(Line(kind: .added, text: new[other], old: one, new: other))
                other += 1
            } else {
                lines.append(Line(kind: .same, text: old[one], old: one, new: other))
                one += 1
                other += 1
            }
        }
        return lines
    }

    private static func hunk(_ lines: ArraySlice<Line>) -> Hunk {
        let oldLines = lines.count { $0.kind != .added }
        let newLines = lines.count { $0.kind != .removed }
        let first = lines[lines.startIndex]
        return Hunk(
            oldStart: first.old + (oldLines > 0 ? 1 : 0),
            oldLines: oldLines,
            newStart: first.new + (newLines > 0 ? 1 : 0),
            newLines: newLines,
            lines: lines.map { String($0.kind.rawValue) + $0.text }
        )
    }
}
