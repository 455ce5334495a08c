import Domain
import Synchronization

/// Where the turns of this process run now.
final class RunningSeats: Sendable {
    private struct State {
        var next = 0
        var seats: [App.ID: (pin: Int, seat: WorkerDirectory.Seat)] = [:]
    }

    private let state = Mutex(State())

    func seat(of appID: App.ID) -> WorkerDirectory.Seat? {
        self.state.withLock { $0.seats[appID]?.seat }
    }

    /// - Returns: What `unpin` takes.
    func pin(_ seat: WorkerDirectory.Seat, to appID: App.ID) -> Int {
        self.state.withLock { state in
            state.next += 1
            // A turn that runs keeps its place; the worker will refuse the new one.
            if state.seats[appID] == nil { state.seats[appID] = (state.next, seat) }
            return state.next
        }
    }

    func unpin(_ pin: Int, from appID: App.ID) {
        self.state.withLock { state in
            if state.seats[appID]?.pin == pin { state.seats[appID] = nil }
        }
    }
}
