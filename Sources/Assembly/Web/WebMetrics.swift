import Application
import Domain
import Exposition
import Foundation
import Metrics
import Synchronization
import WebGate

/// The numbers of one web process (spec 05 B47); docs/operations.md lists them.
final class WebMetrics: Sendable {
    let exposition: Exposition

    private struct Answer: Hashable {
        var method: String
        var route: String
        var status: Int
    }

    private let timers = Mutex<[Answer: Timer]>([:])
    private let streams: Meter
    private let transitions: [WorkspaceEvent.Kind: Counter]

    init(exposition: Exposition = Exposition()) {
        self.exposition = exposition
        self.streams = Meter(label: "second.http.streams.open", factory: exposition)
        let counted: [(WorkspaceEvent.Kind, String)] = [
            (.runCreated, "created"), (.runStarting, "started"), (.runStreamReady, "streaming"),
            (.runCompleted, "completed"), (.runFailed, "failed"),
        ]
        self.transitions = Dictionary(
            counted.map { kind, state in
                (kind, Counter(label: "second.runs", dimensions: [("state", state)], factory: exposition))
            }
        ) { first, _ in first }
        let build = [("version", Version.current)]
        Meter(label: "second.build.info", dimensions: build, factory: exposition).set(1)
        exposition.describe("second.build.info", .gauge, "Always 1; the label is the version.")
        exposition.describe("second.http.streams.open", .gauge, "Event streams that are being written.")
        exposition.describe("second.runs", .counter, "Runs by the state that this process brought them into.")
        exposition.describe(
            "second.http.request.duration",
            .latency,
            "Requests by route template and status; event streams until they begin."
        )
        ProcessNumbers.add(to: exposition)
    }

    var requests: RequestObserver {
        { observation in
            switch observation {
            case .answered(let method, let route, let status, let duration):
                self.timer(Answer(method: method, route: route, status: status)).recordNanoseconds(
                    Int64(duration / .nanoseconds(1))
                )
            case .streamOpened: self.streams.increment()
            case .streamClosed: self.streams.decrement()
            }
        }
    }

    var events: WorkspaceEventPublisher.Observer {
        { event in self.transitions[event.type]?.increment() }
    }

    func watch(_ supervisor: TurnSupervisor) {
        self.exposition.observe("second.turns.active", .gauge, "Builder turns that this process drives.") {
            Double(supervisor.count)
        }
    }

    /// Made once for each route, method and status: there are as many as the route table has rows.
    private func timer(_ answer: Answer) -> Timer {
        self.timers.withLock { timers in
            if let known = timers[answer] { return known }
            let timer = Timer(
                label: "second.http.request.duration",
                dimensions: [
                    ("method", answer.method), ("route", answer.route), ("status", "\(answer.status)"),
                ],
                factory: self.exposition
            )
            timers[answer] = timer
            return timer
        }
    }
}
