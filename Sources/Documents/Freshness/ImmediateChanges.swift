/// A store that tells of a change before whoever made it goes on: nobody in this process can read what was before.
///
/// Changes that another process makes are told as soon as they are seen here.
package protocol ImmediateChanges: DocumentStore {
    /// Counts every change of the collections from now on, for as long as the store lives.
    ///
    /// The count is closed while changes could be missed.
    func countChanges(of collections: [CollectionSchema]) -> ChangeCount
}
