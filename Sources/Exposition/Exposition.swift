package import Metrics
import Synchronization

/// Keeps the process's metrics and writes them as Prometheus text, format 0.0.4 (spec 05 B47).
///
/// Names become what Prometheus allows: `http.server.requests` is told as `http_server_requests`, counters end in `_total`,
/// timers are histograms in `_seconds`. Two metrics of one name and different kinds cannot both be told: the second counts
/// where nobody sees it.
package final class Exposition: MetricsFactory {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Seconds; fixed, so that series of different processes and versions can be added up.
    package static let latencyBuckets = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    /// For recorders of sizes and counts.
    package static let amountBuckets: [Double] = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000]

    /// How many series one name may have; further ones are counted together, with every label `other`.
    package static let seriesLimit = 500

    private struct Reading: Sendable {
        var name: String
        var kind: Family.Kind
        var read: @Sendable () -> Double
    }

    private struct State {
        var families: [String: Family] = [:]
        var help: [String: String] = [:]
        var readings: [Reading] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// One sentence for the name's `# HELP` line.
    package func describe(_ label: String, _ kind: Family.Kind, _ text: String) {
        let name = Self.name(label, kind)
        self.state.withLock { $0.help[name] = text }
    }

    /// A gauge, or a counter that somebody else counts, whose value is asked for when the text is made.
    package func observe(
        _ label: String,
        _ kind: Family.Kind,
        _ help: String,
        _ read: @escaping @Sendable () -> Double
    ) {
        let name = Self.name(label, kind)
        self.state.withLock { state in
            state.help[name] = help
            state.readings.append(Reading(name: name, kind: kind, read: read))
        }
    }

    /// All series, sorted by name and labels.
    package func text() -> String {
        let (families, help, readings) = self.state.withLock { ($0.families, $0.help, $0.readings) }
        var blocks: [String: String] = [:]
        for (name, family) in families { blocks[name] = family.text(name, help: help[name]) }
        for reading in readings where families[reading.name] == nil {
            var block = ExpositionText.header(reading.name, kind: reading.kind.text, help: help[reading.name])
            block += "\(reading.name) \(ExpositionText.number(reading.read()))\n"
            blocks[reading.name] = block
        }
        return blocks.sorted { $0.key < $1.key }.map(\.value).joined()
    }

    // MARK: - Making

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        self.series(label, .counter, dimensions) { CounterSeries() }
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        self.series(label, .gauge, dimensions) { GaugeSeries() }
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return self.series(label, .gauge, dimensions) { GaugeSeries() } }
        return self.series(label, .amounts, dimensions) { HistogramSeries(bounds: Self.amountBuckets) }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        self.series(label, .latency, dimensions) { HistogramSeries(bounds: Self.latencyBuckets) }
    }

    package func destroyCounter(_ handler: any CounterHandler) { self.forget(handler) }
    package func destroyMeter(_ handler: any MeterHandler) { self.forget(handler) }
    package func destroyRecorder(_ handler: any RecorderHandler) { self.forget(handler) }
    package func destroyTimer(_ handler: any TimerHandler) { self.forget(handler) }

    /// The series of these labels: the one that is there, or a new one.
    private func series<Made: Series>(
        _ label: String,
        _ kind: Family.Kind,
        _ dimensions: [(String, String)],
        _ make: () -> Made
    ) -> Made {
        let name = Self.name(label, kind)
        let labels = ExpositionText.labels(dimensions)
        return self.state.withLock { state in
            var family = state.families[name] ?? Family(kind: kind)
            guard family.kind == kind else { return make() }
            var key = labels
            if family.series[key] == nil, family.series.count >= Self.seriesLimit {
                key = ExpositionText.labels(dimensions.map { ($0.0, "other") })
            }
            if let known = family.series[key] as? Made { return known }
            let made = make()
            family.series[key] = made
            state.families[name] = family
            return made
        }
    }

    private func forget(_ handler: AnyObject) {
        self.state.withLock { state in
            for (name, family) in state.families {
                guard let key = family.series.first(where: { $0.value === handler })?.key else { continue }
                state.families[name]?.series[key] = nil
                if state.families[name]?.series.isEmpty == true { state.families[name] = nil }
                return
            }
        }
    }

    private static func name(_ label: String, _ kind: Family.Kind) -> String {
        let name = ExpositionText.name(label)
        let suffix =
            switch kind {
            case .counter: "_total"
            case .latency: "_seconds"
            case .gauge, .amounts: ""
            }
        return name.hasSuffix(suffix) ? name : name + suffix
    }
}

/// All series of one name.
package struct Family: Sendable {
    package enum Kind: Sendable {
        case counter, gauge, latency, amounts

        /// As the `# TYPE` line says it.
        var text: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .latency, .amounts: "histogram"
            }
        }
    }

    let kind: Kind
    /// By their labels, as they are written.
    var series: [String: any Series] = [:]

    func text(_ name: String, help: String?) -> String {
        var text = ExpositionText.header(name, kind: self.kind.text, help: help)
        for (labels, series) in self.series.sorted(by: { $0.key < $1.key }) {
            series.write(name: name, labels: labels, to: &text)
        }
        return text
    }
}
