import Application
import AsyncHTTPClient
import Bus
import Domain
import Foundation
import LocalBus
import Synchronization
import Testing

@testable import RemoteWorker
@testable import WorkerAPI

/// Several real workers, their registry on a bus whose time a test turns by hand, and webs that see them.
final class Fleet: Sendable {
    struct Member: Sendable {
        let id: String
        let live: LiveWorker
        let registration: WorkerRegistration
        let agent: AgentStandIn
    }

    let bus: LocalBus
    private let http = RemoteWorker.makeHTTPClient()
    private let members = Mutex<[Member]>([])

    private init() {
        let time = ManualTime()
        self.bus = LocalBus(uptime: Uptime { time.now })
        self.time = time
    }

    private let time: ManualTime

    static func with(_ body: (Fleet) async throws -> Void) async throws {
        let fleet = Fleet()
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(fleet))
        } catch {
            result = .failure(error)
        }
        for member in fleet.members.withLock({ $0 }) { await member.live.discard() }
        try await fleet.http.shutdown()
        try result.get()
    }

    /// Starts a worker and registers it.
    @discardableResult
    func join(
        _ id: String,
        _ play: AgentStandIn.Play? = nil,
        limits: SessionTable.Limits = .init(),
        folder: URL? = nil,
        isRegistered: Bool = true
    ) async throws -> Member {
        let agent = AgentStandIn(play: play ?? AgentStandIn.noting(id))
        let live =
            if let folder {
                try await LiveWorker.start(agent, limits: limits, folder: folder)
            } else {
                try await LiveWorker.start(agent, limits: limits)
            }
        let load = { @Sendable in
            let load = await live.service.load()
            return WorkerEntry.Load(
                running: load.running,
                capacity: load.capacity,
                sessions: load.sessions,
                isDraining: load.isDraining
            )
        }
        let registration = WorkerRegistration(
            id: id,
            url: live.url,
            bus: self.bus,
            logger: .quiet,
            forget: { try await live.service.remove($0) },
            load: load
        )
        if isRegistered { await registration.announce() }
        let member = Member(id: id, live: live, registration: registration, agent: agent)
        self.members.withLock { $0.append(member) }
        return member
    }

    /// A web process of its own.
    func web(only: Member? = nil) -> WorkerDirectory {
        let connect = { @Sendable (url: URL) in
            RemoteWorker(url: url, token: Secret(LiveWorker.token), http: self.http, logger: .quiet)
        }
        return WorkerDirectory(
            bus: self.bus,
            only: only.map { connect($0.live.url) },
            logger: .quiet,
            connect: connect
        )
    }

    /// So much time passes on the bus; those who live renew their entries in between.
    func pass(_ duration: Duration, alive: [Member]) async {
        for _ in 0..<Int(duration / .seconds(5)) {
            self.time.advance(by: .seconds(5))
            for member in alive { await member.registration.announce() }
        }
    }
}

/// A time that a test turns by hand.
private final class ManualTime: Sendable {
    private let value = Mutex(Duration.zero)

    var now: Duration { self.value.withLock { $0 } }

    func advance(by duration: Duration) {
        self.value.withLock { $0 += duration }
    }
}

extension WorkerDirectory {
    /// One turn as a web runs it: look, send what is needed, and again when the app has moved.
    func work(
        on appID: App.ID,
        saved: [SourceFile]?,
        session: WorkerSession? = nil,
        run: Run.ID = .one
    ) async throws {
        for _ in 0..<3 {
            // As the web does: a worker that cannot be asked needs everything.
            let restores = (try? await self.status(of: appID))?.restoreNeeded ?? true
            let turn = WorkerTurn.sample(
                app: appID,
                run: run,
                session: session,
                sourceFiles: restores ? saved : nil,
                restoresFiles: restores
            )
            do {
                _ = try await self.startTurn(turn).all()
                return
            } catch WorkerRefusal.restoreNeeded {
                continue
            }
        }
        Issue.record("the app kept moving")
    }

    func notes(of appID: App.ID) async throws -> String? {
        let files = try await self.files(of: appID)
        return files.first { $0.path.rawValue == "notes.txt" }.map { String(decoding: $0.bytes, as: UTF8.self) }
    }
}
