import Documents

/// When each document was begun, written and seen.
actor Sightings {
    /// Milliseconds.
    struct Figures: Encodable {
        /// From the begin of a write to its end.
        var writes: [Double]
        /// From the begin of a write to the sight of the document.
        var delays: [Double]
        /// From the first begin to the last sight.
        var total: Double
    }

    private let count: Int
    private var begun: [Int: ContinuousClock.Instant] = [:]
    private var seen: Set<Int> = []
    private var writes: [Double] = []
    private var delays: [Double] = []
    private var first: ContinuousClock.Instant?
    private var last: ContinuousClock.Instant?

    init(count: Int) {
        self.count = count
    }

    func begin(_ number: Int) {
        let now = ContinuousClock.now
        self.begun[number] = now
        self.first = self.first ?? now
    }

    func finish(_ number: Int) {
        guard let begun = self.begun[number] else { return }
        self.writes.append((ContinuousClock.now - begun) / .milliseconds(1))
    }

    /// Whether this was the last one.
    /// - Throws: `Wrong` for a document that was not written, came twice or is not what was written.
    func see(_ change: DocumentChange) throws -> Bool {
        guard case .insert(let id, let document) = change else { throw Wrong(description: "Not an insert: \(change)") }
        let note: Note = try DocumentCoding.decode(document)
        guard note.id == id, "\(note.number)" == id, let begun = self.begun[note.number],
            self.seen.insert(note.number).inserted
        else { throw Wrong(description: "A document that should not come: \(id)") }
        let now = ContinuousClock.now
        self.delays.append((now - begun) / .milliseconds(1))
        self.last = now
        return self.seen.count == self.count
    }

    var figures: Figures {
        let total = self.first.flatMap { first in self.last.map { ($0 - first) / .milliseconds(1) } } ?? 0
        return Figures(writes: self.writes, delays: self.delays, total: total)
    }
}
