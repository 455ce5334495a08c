import Application
import Domain
import HTTPTypes
import Hummingbird
import Synchronization
import Testing

@testable import RemoteWorker
@testable import WorkerAPI

/// A trace goes from the web's work to the worker's (spec 05 B47).
@Suite struct TraceTests {
    private static let id = "4bf92f3577b34da6a3ce929d0e0e4736"

    private static func trace(_ flags: String) throws -> TraceParent {
        try #require(TraceParent("00-\(Self.id)-00f067aa0ba902b7-\(flags)"))
    }

    @Test func everyRequestCarriesTheTraceWithASpanOfItsOwn() async throws {
        let seen = Mutex<[String?]>([])
        let router = Router(context: WorkerRequestContext.self)
        router.get("/sessions/:appId/files") { request, _ -> Response in
            seen.withLock { $0.append(HTTPField.Name("traceparent").flatMap { request.headers[$0] }) }
            return try WorkerAnswer.json(["files": []])
        }
        let (url, server) = try await LiveWorker.listen(router)
        defer { server.cancel() }
        try await RemoteWorker.using(url) { remote in
            _ = try await remote.files(of: .one)
            for flags in ["00", "01"] {
                try await TraceParent.$current.withValue(try Self.trace(flags)) {
                    _ = try await remote.files(of: .one)
                    _ = try await remote.files(of: .one)
                }
            }
        }
        let headers = seen.withLock { $0 }
        #expect(headers.count == 5)
        #expect(headers[0] == nil, "Where nobody traces there is nothing to tell.")
        let parents = try headers.dropFirst().map {
            try #require($0.flatMap(TraceParent.init), "\(String(describing: $0))")
        }
        #expect(parents.allSatisfy { $0.traceID == Self.id })
        #expect(parents.map(\.isSampled) == [false, false, true, true])
        let spans = Set(headers.compactMap { $0?.split(separator: "-")[2] })
        #expect(spans.count == 4 && !spans.contains("00f067aa0ba902b7"))
    }

    @Test func aTurnBelongsToTheTraceOfTheRequestThatBeganIt() async throws {
        let inside = Mutex<[TraceParent?]>([])
        let runtime = AgentStandIn { turn, receive in
            inside.withLock { $0.append(TraceParent.current) }
            try await AgentStandIn.brief(turn, receive)
        }
        try await LiveWorker.with(runtime) { remote, _ in
            for trace in [try Self.trace("01"), nil] {
                let events = try await TraceParent.$current.withValue(trace) {
                    try await remote.startTurn(.sample())
                }
                for try await _ in events {}
            }
        }
        #expect(inside.withLock { $0.map { $0?.traceID } } == [Self.id, nil])
    }
}
