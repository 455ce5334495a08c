/// Why the bus could not do what was asked; what a log itself refuses is a `LogError`.
///
/// No case holds an argument of a command or a credential.
package enum RedisBusError: Error, Equatable, Sendable {
    /// Redis could not be reached in time; nothing was sent.
    case unavailable
    /// The connection was lost, or no answer came in time, after the command was sent: it may have been carried out.
    case interrupted
    /// Too many commands wait already; nothing was sent.
    case overloaded
    /// Redis does not accept the user or password.
    case notSignedIn
    /// Redis refused the command, with the first word of its error, as in `WRONGTYPE`.
    case refused(String)
    /// An answer that makes no sense.
    case unreadable
    /// The bus was shut down.
    case shutDown

    /// A stable name for logs.
    package var code: String {
        switch self {
        case .unavailable: "bus_unavailable"
        case .interrupted: "bus_interrupted"
        case .overloaded: "bus_overloaded"
        case .notSignedIn: "bus_not_signed_in"
        case .refused: "bus_refused"
        case .unreadable: "bus_unreadable"
        case .shutDown: "bus_shut_down"
        }
    }
}
