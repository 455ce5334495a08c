import Documents
import Testing

@testable import MongoDocuments

@Suite struct IndexFitTests {
    private let schema = CollectionSchema(
        "things",
        indexes: [
            .init("list", [.ascending("w"), .descending("c"), .descending("_id")]),
            .init("live", [.ascending("w"), .ascending("n")], unique: true, partial: .missing("d")),
            .init("gone", [.ascending("d")], partial: .exists("d")),
        ]
    )

    private func fit(_ filter: Filter, _ sort: [Sort] = []) -> IndexFit {
        IndexFit(Query(filter, sort: sort), of: self.schema)
    }

    @Test func anOrderIsReadForwardsOrBackwardsBehindEqualFields() {
        let newest: [Sort] = [.descending("c"), .descending("_id")]
        let oldest: [Sort] = [.ascending("c"), .ascending("_id")]
        for sort in [newest, oldest, [.descending("c")], []] {
            let fit = self.fit(.text("w", "x"), sort)
            #expect(fit.index != nil && !fit.sortsInMemory, "\(sort)")
        }
        #expect(self.fit(.text("w", "x"), [.descending("c"), .ascending("_id")]).sortsInMemory)
        #expect(self.fit(.text("w", "x"), [.ascending("n")]).sortsInMemory)
        #expect(!self.fit(.text("w", "x") && .missing("d"), [.ascending("n")]).sortsInMemory)
    }

    @Test func aPartialIndexServesOnlyWhatImpliesIt() {
        #expect(self.fit(.exists("d"), [.ascending("d")]).index == "gone")
        #expect(self.fit(.text("d", "x")).index == nil)
    }

    @Test func noIndexIsAScan() {
        #expect(self.fit(.text("c", "x")).index == nil)
        #expect(self.fit(.all).index == nil)
        #expect(self.fit(.text("w", "x") || .text("c", "y")).index == nil)
        #expect(self.fit(.text("other", "x") && .text("_id", "1")).index == "_id")
    }
}
