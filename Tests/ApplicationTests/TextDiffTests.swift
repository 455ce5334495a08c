import Testing

@testable import Application

@Suite("Differences between two texts")
struct TextDiffTests {
    /// Applies the hunks to the old text, as `patch` would.
    static func apply(_ hunks: [TextDiff.Hunk], to old: [String]) -> [String] {
        var result: [String] = []
        var next = 0
        for hunk in hunks {
            let start = hunk.oldLines == 0 ? hunk.oldStart : hunk.oldStart - 1
            result += old[next..<start]
            next = start
            for line in hunk.lines {
                switch line.first {
                case "+": result.append(String(line.dropFirst()))
                case "-": next += 1
                default:
                    result.append(String(line.dropFirst()))
                    next += 1
                }
            }
        }
        return result + old[next...]
    }

    @Test("equal texts have no hunks", arguments: ["", "a", "a\n", "a\nb\n\n"])
    func equalTextsHaveNoHunks(text: String) {
        #expect(TextDiff.hunks(from: text, to: text).isEmpty)
    }

    @Test("a change shows three lines around it")
    func aChangeShowsThreeLinesAround() {
        let old = (1...20).map(String.init).joined(separator: "\n")
        let new = (1...20).map { $0 == 10 ? "ten" : String($0) }.joined(separator: "\n")
        #expect(
            TextDiff.hunks(from: old, to: new) == [
                TextDiff.Hunk(
                    oldStart: 7,
                    oldLines: 7,
                    newStart: 7,
                    newLines: 7,
                    lines: [" 7", " 8", " 9", "-10", "+ten", " 11", " 12", " 13"]
                )
            ]
        )
    }

    @Test("everything added, everything removed")
    func everythingAddedOrRemoved() {
        #expect(
            TextDiff.hunks(from: "", to: "a\nb\n")
                == [TextDiff.Hunk(oldStart: 0, oldLines: 0, newStart: 1, newLines: 2, lines: ["+a", "+b"])]
        )
        #expect(
            TextDiff.hunks(from: "a\nb", to: "")
                == [TextDiff.Hunk(oldStart: 1, oldLines: 2, newStart: 0, newLines: 0, lines: ["-a", "-b"])]
        )
    }

    @Test("near changes share a hunk, far ones do not")
    func nearChangesShareAHunk() {
        func text(_ changed: Set<Int>) -> String {
            (1...40).map { changed.contains($0) ? "x\($0)" : "\($0)" }.joined(separator: "\n")
        }
        #expect(TextDiff.hunks(from: text([]), to: text([10, 16])).count == 1)
        #expect(TextDiff.hunks(from: text([]), to: text([10, 20])).count == 2)
    }

    @Test("hunks turn the old text into the new one, whatever they are", arguments: 0..<200)
    func hunksTurnOldIntoNew(seed: Int) {
        var state = UInt64(seed) &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let old = (0..<random(60)).map { _ in "l\(random(8))" }
        var new = old
        for _ in 0..<random(12) {
            let isInsertion = new.isEmpty || random(2) == 0
            if isInsertion {
                new.insert("n\(random(8))", at: random(new.count + 1))
            } else {
                new.remove(at: random(new.count))
            }
        }
        let hunks = TextDiff.hunks(from: old.joined(separator: "\n"), to: new.joined(separator: "\n"))
        #expect(Self.apply(hunks, to: old) == new)
        for hunk in hunks {
            #expect(hunk.lines.count { !$0.hasPrefix("+") } == hunk.oldLines)
            #expect(hunk.lines.count { !$0.hasPrefix("-") } == hunk.newLines)
        }
    }

    @Test("texts that share nothing and are long are replaced as a whole, at once")
    func longTextsAreReplaced() {
        let old = (0..<5000).map { "a\($0)" }.joined(separator: "\n")
        let new = (0..<5000).map { "b\($0)" }.joined(separator: "\n")
        let hunks = TextDiff.hunks(from: old, to: new)
        #expect(hunks.count == 1)
        #expect(hunks.first?.lines.count == 10_000)
    }
}
