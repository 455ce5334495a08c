/// What a session token says once its signature was checked (spec 01 §3.2, B3).
package struct SessionClaims: Sendable, Equatable {
    package var userID: User.ID
    package var issuedAt: Timestamp
    /// The person's session epoch when the token was made; a token of an earlier epoch is dead.
    package var epoch: Int

    package init(userID: User.ID, issuedAt: Timestamp, epoch: Int) {
        self.userID = userID
        self.issuedAt = issuedAt
        self.epoch = epoch
    }
}
