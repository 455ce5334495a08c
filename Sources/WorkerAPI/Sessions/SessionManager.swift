package import Application
package import Domain

/// Owns the sessions of this worker and the jobs that run in them (spec 03 §3).
package actor SessionManager {
    private struct Control {
        let ended = Latch()
        var isCancelled = false
        var cancel: (@Sendable () -> Void)?
    }

    private var table: SessionTable
    private var controls: [Int: Control] = [:]
    private var isDraining = false
    private var sideJobs = 0
    private let uptime: Uptime
    private let wallClock: WallClock
    private let clock: any Clock<Duration>

    package init(
        limits: SessionTable.Limits,
        uptime: Uptime,
        wallClock: WallClock,
        clock: any Clock<Duration>
    ) {
        self.table = SessionTable(limits: limits)
        self.uptime = uptime
        self.wallClock = wallClock
        self.clock = clock
    }

    package var count: Int {
        self.table.sweep(now: self.uptime.now)
        return self.table.count
    }

    package func session(of appID: App.ID) -> SessionTable.Session? {
        self.table.session(of: appID, now: self.uptime.now)
    }

    package func timeLeft(of appID: App.ID) -> Duration? {
        self.table.timeLeft(of: appID, now: self.uptime.now)
    }

    /// Takes the session for a job; refused before anything is touched.
    package func begin(
        _ runID: Run.ID?,
        turnID: String? = nil,
        of appID: App.ID
    ) throws(WorkerRefusal) -> SessionTable.Job {
        guard !self.isDraining else { throw .draining }
        let job = try self.table.begin(
            runID,
            turnID: turnID,
            of: appID,
            now: self.uptime.now,
            at: self.wallClock.now
        )
        self.controls[job.number] = Control()
        return job
    }

    /// Admits a job that needs no session, such as naming an app.
    ///
    /// It is refused where it would take the last room: nobody waits for it as people wait for their turns, which are
    /// never refused on its account. So there are never more than twice as many agents as turns may run.
    package func beginSideJob() throws(WorkerRefusal) {
        guard !self.isDraining else { throw .draining }
        let running = self.table.runningCount + self.sideJobs
        // A worker for one turn at a time could name nothing otherwise.
        guard running == 0 || running + 1 < self.table.limits.runningJobs else { throw .atCapacity }
        self.sideJobs += 1
    }

    package func endSideJob() {
        self.sideJobs -= 1
    }

    package func adopt(_ native: SessionTable.Native?, for job: SessionTable.Job, of appID: App.ID) -> Bool {
        self.table.adopt(native, for: job, of: appID)
    }

    package func note(_ native: SessionTable.Native?, for job: SessionTable.Job, of appID: App.ID) {
        self.table.note(native, for: job, of: appID)
    }

    /// Says how the job is stopped; it is stopped at once when that was asked for already.
    package func setCancel(_ cancel: @escaping @Sendable () -> Void, for job: SessionTable.Job) {
        guard let control = self.controls[job.number] else { return }
        self.controls[job.number]?.cancel = cancel
        if control.isCancelled { cancel() }
    }

    package func end(_ job: SessionTable.Job, of appID: App.ID) {
        self.table.end(job, of: appID, now: self.uptime.now, at: self.wallClock.now)
        self.controls.removeValue(forKey: job.number)?.ended.open()
    }

    package func touch(_ appID: App.ID) {
        self.table.touch(appID, now: self.uptime.now, at: self.wallClock.now)
    }

    /// Stops the app's job if it belongs to the run, and waits until the app is idle, at most so long.
    ///
    /// Without a run it stops whatever runs; a turn of another run goes on, and so does another turn than the named one.
    package func cancel(
        _ appID: App.ID,
        runID: Run.ID?,
        turnID: String?,
        waiting limit: Duration
    ) async -> WorkerCancellation {
        guard let job = self.session(of: appID)?.job else { return WorkerCancellation(cancelled: false, isIdle: true) }
        guard job.isMeant(by: runID, turnID: turnID) else { return WorkerCancellation(cancelled: false, isIdle: false) }
        guard let ended = self.stop(job) else { return WorkerCancellation(cancelled: false, isIdle: true) }
        let isIdle = await ended.wait(atMost: limit, clock: self.clock)
        return WorkerCancellation(cancelled: true, isIdle: isIdle)
    }

    package func drop(_ appID: App.ID) {
        guard self.session(of: appID)?.job == nil else { return }
        self.table.drop(appID)
    }

    /// Forgets idle sessions every half minute until the task is cancelled.
    package func run() async {
        while !Task.isCancelled {
            // Cancelled: the loop ends.
            try? await self.clock.sleep(for: .seconds(30))
            self.table.sweep(now: self.uptime.now)
        }
    }

    /// All sessions, in the order of their apps' ids.
    package var all: [(appID: App.ID, session: SessionTable.Session)] {
        self.table.sweep(now: self.uptime.now)
        return self.table.all
    }

    /// Takes no more jobs from now on.
    package func startDraining() {
        self.isDraining = true
    }

    package var load: WorkerLoad {
        self.table.sweep(now: self.uptime.now)
        return WorkerLoad(
            running: self.table.runningCount,
            sideJobs: self.sideJobs,
            capacity: self.table.limits.runningJobs,
            sessions: self.table.count,
            isDraining: self.isDraining
        )
    }

    /// Takes no more jobs, lets those that run finish for so long, then stops them and waits, at most `limit`.
    ///
    /// Called again it may only make things faster.
    package func drain(letting grace: Duration, waiting limit: Duration) async {
        self.isDraining = true
        if grace > .zero { await self.idle(atMost: grace) }
        for (_, job) in self.table.runningJobs { _ = self.stop(job) }
        await self.idle(atMost: limit)
    }

    /// Waits until no job runs.
    private func idle(atMost limit: Duration) async {
        let latches = self.table.runningJobs.compactMap { self.controls[$0.job.number]?.ended }
        await withTaskGroup(of: Void.self) { group in
            for latch in latches {
                group.addTask { [clock] in _ = await latch.wait(atMost: limit, clock: clock) }
            }
        }
    }

    private func stop(_ job: SessionTable.Job) -> Latch? {
        guard let control = self.controls[job.number] else { return nil }
        self.controls[job.number]?.isCancelled = true
        control.cancel?()
        return control.ended
    }
}
