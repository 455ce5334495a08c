import Domain
import Synchronization

/// Tokens whose signature was found to be ours, by their whole text: a browser sends the same one with every request.
///
/// A signature stays what it is, so that nothing here can be stale; how old a token is and whether its person's sessions
/// were ended is asked for every request elsewhere. Only what was verified is kept, so nobody can fill it with noise.
final class VerifiedTokens: Sendable {
    static let capacity = 4096

    private let known = Mutex<[String: SessionClaims]>([:])

    subscript(token: String) -> SessionClaims? {
        self.known.withLock { $0[token] }
    }

    func keep(_ claims: SessionClaims, of token: String) {
        self.known.withLock { known in
            if known.count >= Self.capacity { known.removeAll(keepingCapacity: true) }
            known[token] = claims
        }
    }
}
