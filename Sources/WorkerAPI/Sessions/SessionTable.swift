package import Application
package import Domain

/// Who may run what: one session an app, one job at a time, so many jobs in all (spec 03 §3, §22.19, §22.20).
///
/// Decides only; `SessionManager` carries out. Times are those of an `Uptime`.
package struct SessionTable: Sendable {
    package struct Limits: Sendable {
        /// Turns that run at the same moment.
        package var runningJobs: Int
        /// Sessions kept, running or not.
        package var sessions: Int
        /// How long an idle session is kept.
        package var timeToLive: Duration

        package init(runningJobs: Int = 16, sessions: Int = 1000, timeToLive: Duration = .seconds(900)) {
            self.runningJobs = runningJobs
            self.sessions = sessions
            self.timeToLive = timeToLive
        }
    }

    /// The agent's own session as the live process knows it.
    package struct Native: Sendable, Equatable {
        package var runtimeID: RuntimeID
        package var sessionID: String
        package var format: String

        package init(runtimeID: RuntimeID, sessionID: String, format: String) {
            self.runtimeID = runtimeID
            self.sessionID = sessionID
            self.format = format
        }
    }

    /// Something that has the app's session for itself.
    package struct Job: Sendable, Equatable {
        package var number: Int
        /// `nil` for jobs that are no turn.
        package var runID: Run.ID?
        /// Which turn of the run, where the web says so.
        package var turnID: String?

        /// Whether a stop means this job; one that names less means more.
        package func isMeant(by runID: Run.ID?, turnID: String?) -> Bool {
            guard let runID else { return true }
            guard self.runID == runID else { return false }
            guard let own = self.turnID, let turnID else { return true }
            return own == turnID
        }
    }

    package struct Session: Sendable {
        package var native: Native?
        package var job: Job?
        package var createdAt: Timestamp
        package var lastActiveAt: Timestamp
        var touched: Duration
    }

    package let limits: Limits
    private var sessions: [App.ID: Session] = [:]
    private var lastNumber = 0

    package init(limits: Limits) {
        self.limits = limits
    }

    package var count: Int { self.sessions.count }
    package var runningCount: Int { self.sessions.values.reduce(0) { $0 + ($1.job == nil ? 0 : 1) } }
    package var all: [(appID: App.ID, session: Session)] {
        self.sessions.sorted { $0.key.rawValue < $1.key.rawValue }.map { ($0.key, $0.value) }
    }
    package var runningJobs: [(appID: App.ID, job: Job)] {
        self.sessions.compactMap { appID, session in session.job.map { (appID, $0) } }
    }

    /// The session, unless it has expired.
    package func session(of appID: App.ID, now: Duration) -> Session? {
        guard let session = self.sessions[appID], !self.hasExpired(session, now: now) else { return nil }
        return session
    }

    package func timeLeft(of appID: App.ID, now: Duration) -> Duration? {
        self.session(of: appID, now: now).map { session in
            session.job == nil ? max(.zero, self.limits.timeToLive - (now - session.touched)) : self.limits.timeToLive
        }
    }

    /// Takes the app's session for a job.
    ///
    /// Nothing changes when it is refused.
    package mutating func begin(
        _ runID: Run.ID?,
        turnID: String? = nil,
        of appID: App.ID,
        now: Duration,
        at time: Timestamp
    ) throws(WorkerRefusal) -> Job {
        let existing = self.session(of: appID, now: now)
        if existing?.job != nil { throw .busy }
        guard self.runningCount < self.limits.runningJobs else { throw .atCapacity }
        if existing == nil, self.sessions.count >= self.limits.sessions {
            self.sweep(now: now)
            guard self.sessions.count < self.limits.sessions || self.dropLongestIdle() else { throw .atCapacity }
        }
        self.lastNumber += 1
        let job = Job(number: self.lastNumber, runID: runID, turnID: turnID)
        var session = existing ?? Session(createdAt: time, lastActiveAt: time, touched: now)
        session.job = job
        session.touched = now
        session.lastActiveAt = time
        self.sessions[appID] = session
        return job
    }

    /// Which native session a turn continues (spec 03 §3): the live one when the request names the same, else the
    /// requested one, and none when the request names none.
    ///
    /// - Returns: Whether the live one is kept, so that its newer transcript must not be overwritten.
    package mutating func adopt(_ requested: Native?, for job: Job, of appID: App.ID) -> Bool {
        guard self.sessions[appID]?.job == job else { return false }
        guard let requested else {
            self.sessions[appID]?.native = nil
            return false
        }
        if let live = self.sessions[appID]?.native, live.runtimeID == requested.runtimeID,
            live.sessionID == requested.sessionID
        {
            return true
        }
        self.sessions[appID]?.native = requested
        return false
    }

    /// Notes what the running agent said about its session; `nil` when it turned out to be lost.
    package mutating func note(_ native: Native?, for job: Job, of appID: App.ID) {
        guard self.sessions[appID]?.job == job else { return }
        self.sessions[appID]?.native = native
    }

    package mutating func end(_ job: Job, of appID: App.ID, now: Duration, at time: Timestamp) {
        guard self.sessions[appID]?.job == job else { return }
        self.sessions[appID]?.job = nil
        self.sessions[appID]?.touched = now
        self.sessions[appID]?.lastActiveAt = time
    }

    /// Restarts the time to live.
    package mutating func touch(_ appID: App.ID, now: Duration, at time: Timestamp) {
        guard self.session(of: appID, now: now) != nil else { return }
        self.sessions[appID]?.touched = now
        self.sessions[appID]?.lastActiveAt = time
    }

    package mutating func drop(_ appID: App.ID) {
        self.sessions[appID] = nil
    }

    /// Forgets idle sessions whose time is over; a busy one never expires.
    package mutating func sweep(now: Duration) {
        self.sessions = self.sessions.filter { !self.hasExpired($0.value, now: now) }
    }

    private func hasExpired(_ session: Session, now: Duration) -> Bool {
        session.job == nil && now - session.touched >= self.limits.timeToLive
    }

    private mutating func dropLongestIdle() -> Bool {
        let idle = self.sessions.filter { $0.value.job == nil }
        guard let oldest = idle.min(by: { $0.value.touched < $1.value.touched })?.key else { return false }
        self.sessions[oldest] = nil
        return true
    }
}
