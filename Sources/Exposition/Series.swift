import Metrics
import Synchronization

/// One name with one set of labels.
protocol Series: AnyObject, Sendable {
    func write(name: String, labels: String, to text: inout String)
}

final class CounterSeries: Series, CounterHandler {
    private let count = Atomic<Int64>(0)

    /// Counters only go up; a negative amount is ignored, and at the end of the numbers the count starts over.
    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        self.count.wrappingAdd(amount, ordering: .relaxed)
    }

    func reset() {
        self.count.store(0, ordering: .relaxed)
    }

    func write(name: String, labels: String, to text: inout String) {
        text += "\(name)\(ExpositionText.braced(labels)) \(self.count.load(ordering: .relaxed))\n"
    }
}

final class GaugeSeries: Series, MeterHandler, RecorderHandler {
    private let value = Mutex(0.0)

    func set(_ value: Int64) { self.set(Double(value)) }
    func set(_ value: Double) { self.value.withLock { $0 = value } }
    func increment(by amount: Double) { self.value.withLock { $0 += amount } }
    func decrement(by amount: Double) { self.value.withLock { $0 -= amount } }
    func record(_ value: Int64) { self.set(Double(value)) }
    func record(_ value: Double) { self.set(value) }

    func write(name: String, labels: String, to text: inout String) {
        text += "\(name)\(ExpositionText.braced(labels)) \(ExpositionText.number(self.value.withLock { $0 }))\n"
    }
}

final class HistogramSeries: Series, TimerHandler, RecorderHandler {
    private struct State {
        /// How many fell into each bucket; the last one takes what is above all bounds.
        var counts: [UInt64]
        var sum = 0.0
    }

    private let bounds: [Double]
    private let state: Mutex<State>

    /// `bounds` ascend.
    init(bounds: [Double]) {
        self.bounds = bounds
        self.state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    func recordNanoseconds(_ duration: Int64) { self.record(Double(duration) / 1_000_000_000) }
    func record(_ value: Int64) { self.record(Double(value)) }

    /// What is no number is not counted.
    func record(_ value: Double) {
        guard !value.isNaN else { return }
        let index = self.bounds.firstIndex { value <= $0 } ?? self.bounds.count
        self.state.withLock { state in
            state.counts[index] += 1
            state.sum += value
        }
    }

    func write(name: String, labels: String, to text: inout String) {
        let (counts, sum) = self.state.withLock { ($0.counts, $0.sum) }
        let start = labels.isEmpty ? "" : labels + ","
        var total: UInt64 = 0
        for (index, count) in counts.enumerated() {
            total += count
            let bound = index < self.bounds.count ? ExpositionText.number(self.bounds[index]) : "+Inf"
            text += "\(name)_bucket{\(start)le=\"\(bound)\"} \(total)\n"
        }
        text += "\(name)_sum\(ExpositionText.braced(labels)) \(ExpositionText.number(sum))\n"
        text += "\(name)_count\(ExpositionText.braced(labels)) \(total)\n"
    }
}
