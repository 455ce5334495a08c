import Domain

/// The tools of one turn, with one token a server, for as long as the turn lives (spec 03 §7, §22.11).
struct BrokerSession: Sendable {
    /// Without a sign of life from its turn a session ends by itself after this.
    static let timeToLive: Duration = .seconds(1800)
    static let maximumCalls = 16

    struct Call: Sendable {
        let cancel: @Sendable () -> Void
        let ended: Latch
    }

    let context: ToolContext
    let allowed: [ToolCatalogue.Server: [String]]
    let tokens: [ToolCatalogue.Server: Secret<String>]
    var expiresAt: Duration
    /// By the request's id as JSON text.
    var calls: [Int: (request: JSONValue, call: Call)] = [:]

    func admits(_ token: String, to server: ToolCatalogue.Server) -> Bool {
        guard let expected = self.tokens[server] else { return false }
        return ConstantTime.equal(expected.reveal(), token)
    }
}
