import Exposition
import Metrics
import Testing

/// The text that Prometheus reads (spec 05 B47).
@Suite
struct ExpositionTests {
    @Test
    func aCounterIsToldWithItsLabelsInOrder() {
        let exposition = Exposition()
        exposition.describe("http.requests", .counter, "Requests that were answered.")
        let counter = Counter(
            label: "http.requests",
            dimensions: [("status", "200"), ("method", "GET")],
            factory: exposition
        )
        counter.increment()
        counter.increment(by: 2)
        Counter(label: "http.requests", dimensions: [("method", "GET"), ("status", "404")], factory: exposition)
            .increment()
        #expect(
            exposition.text() == """
                # HELP http_requests_total Requests that were answered.
                # TYPE http_requests_total counter
                http_requests_total{method="GET",status="200"} 3
                http_requests_total{method="GET",status="404"} 1

                """
        )
    }

    @Test
    func theSameLabelsInAnotherOrderAreTheSameSeries() {
        let exposition = Exposition()
        Counter(label: "a", dimensions: [("x", "1"), ("y", "2")], factory: exposition).increment()
        Counter(label: "a", dimensions: [("y", "2"), ("x", "1")], factory: exposition).increment()
        #expect(exposition.text().contains("a_total{x=\"1\",y=\"2\"} 2\n"))
    }

    @Test(arguments: [
        (#"a"b"#, #"a\"b"#), (#"a\b"#, #"a\\b"#), ("a\nb", #"a\nb"#), ("\"} 1\nforged 1", #"\"} 1\nforged 1"#),
        ("a\r\nb", "a\r\\nb"), ("größer", "größer"), ("", ""),
    ])
    func noLabelCanLeaveItsQuotes(_ value: String, written: String) {
        let exposition = Exposition()
        exposition.describe("a", .counter, "One\nline with a \\.")
        Counter(label: "a", dimensions: [("path", value)], factory: exposition).increment()
        let lines = exposition.text().split(separator: "\n", omittingEmptySubsequences: true)
        #expect(lines.count == 3)
        #expect(lines.first == #"# HELP a_total One\nline with a \\."#)
        #expect(lines.last == "a_total{path=\"\(written)\"} 1")
    }

    @Test(arguments: [
        ("http.server.requests", "http_server_requests"), ("9lives", "_9lives"), ("", "_"), ("a b{c}", "a_b_c_"),
        ("ns:x", "ns:x"), ("ä", "__"),
    ])
    func namesBecomeWhatIsAllowed(_ label: String, name: String) {
        let exposition = Exposition()
        Meter(label: label, factory: exposition).set(1)
        #expect(exposition.text() == "# TYPE \(name) gauge\n\(name) 1\n")
    }

    @Test
    func bucketsAddUpAndIncludeTheirBounds() {
        let exposition = Exposition()
        let timer = Timer(label: "t", dimensions: [("route", "/a")], factory: exposition)
        timer.recordMilliseconds(1)
        timer.recordNanoseconds(1_000_001)
        timer.recordSeconds(60)
        timer.recordSeconds(61)
        let text = exposition.text()
        #expect(text.contains("# TYPE t_seconds histogram\n"))
        #expect(text.contains("t_seconds_bucket{route=\"/a\",le=\"0.001\"} 1\n"))
        #expect(text.contains("t_seconds_bucket{route=\"/a\",le=\"0.0025\"} 2\n"))
        #expect(text.contains("t_seconds_bucket{route=\"/a\",le=\"30\"} 2\n"))
        #expect(text.contains("t_seconds_bucket{route=\"/a\",le=\"60\"} 3\n"))
        #expect(text.contains("t_seconds_bucket{route=\"/a\",le=\"+Inf\"} 4\n"))
        #expect(text.contains("t_seconds_count{route=\"/a\"} 4\n"))
        #expect(text.contains("t_seconds_sum{route=\"/a\"} 121.002"))
    }

    @Test
    func gaugesGoUpAndDown() {
        let exposition = Exposition()
        let meter = Meter(label: "open", factory: exposition)
        meter.increment(by: 3)
        meter.decrement()
        #expect(exposition.text().hasSuffix("open 2\n"))
        meter.set(Double.infinity)
        #expect(exposition.text().hasSuffix("open +Inf\n"))
        Gauge(label: "plain", factory: exposition).record(0.5)
        #expect(exposition.text().hasSuffix("plain 0.5\n"))
    }

    @Test
    func aReadingIsTakenWhenTheTextIsMade() {
        let exposition = Exposition()
        let source = Meter(label: "source", factory: exposition)
        exposition.observe("turns.active", .gauge, "Turns that run.") { 7 }
        source.set(1)
        #expect(
            exposition.text().contains(
                "# HELP turns_active Turns that run.\n# TYPE turns_active gauge\nturns_active 7\n"
            )
        )
    }

    @Test
    func seriesAreBoundedAndTheRestIsCountedTogether() {
        let exposition = Exposition()
        for number in 0..<(Exposition.seriesLimit + 50) {
            Counter(label: "a", dimensions: [("path", "/\(number)")], factory: exposition).increment()
        }
        let lines = exposition.text().split(separator: "\n")
        #expect(lines.count == Exposition.seriesLimit + 2)
        #expect(lines.contains("a_total{path=\"other\"} 50"))
    }

    @Test
    func oneNameHasOneKind() {
        let exposition = Exposition()
        Meter(label: "a_total", factory: exposition).set(5)
        Counter(label: "a", factory: exposition).increment()
        #expect(exposition.text() == "# TYPE a_total gauge\na_total 5\n")
    }

    @Test
    func aDestroyedSeriesIsNoLongerTold() {
        let exposition = Exposition()
        let counter = Counter(label: "a", factory: exposition)
        counter.increment()
        counter.destroy()
        #expect(exposition.text().isEmpty)
        Counter(label: "a", factory: exposition).increment()
        #expect(exposition.text().hasSuffix("a_total 1\n"))
    }

    @Test
    func concurrentUpdatesAreAllCounted() async {
        let exposition = Exposition()
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for round in 0..<5000 {
                        Counter(label: "c", factory: exposition).increment()
                        Meter(label: "m", factory: exposition).increment(by: worker.isMultiple(of: 2) ? 1 : -1)
                        Timer(label: "t", factory: exposition).recordNanoseconds(Int64(round))
                        if round.isMultiple(of: 1000) { _ = exposition.text() }
                    }
                }
            }
        }
        let text = exposition.text()
        #expect(text.contains("c_total 40000\n"))
        #expect(text.contains("m 0\n"))
        #expect(text.contains("t_seconds_count 40000\n"))
    }
}
