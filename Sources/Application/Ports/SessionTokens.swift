package import Domain

/// Makes and reads session tokens; the gate asks it on every request (spec 01 §3.2).
package protocol SessionTokens: Sendable {
    /// A token for the person, issued now.
    func issue(to userID: User.ID, epoch: Int) -> String
    /// What a token says, `nil` for anything that is not exactly a valid, unexpired token of ours.
    func read(_ token: String) -> SessionClaims?
    /// More than half of the token's life is over; the gate then hands out a fresh one (spec 01 B5).
    func isDueForRenewal(_ claims: SessionClaims) -> Bool
}
