import Application
import Domain
import Testing

@testable import WorkerAPI

@Suite struct SessionTableTests {
    let time = Timestamp(milliseconds: 0)
    let native = SessionTable.Native(runtimeID: .claudeCode, sessionID: "s1", format: "claude-jsonl")

    @Test func anAppHasOneJobAtATime() throws {
        var table = SessionTable(limits: .init())
        let job = try table.begin(.one, of: .one, now: .zero, at: self.time)
        #expect(throws: WorkerRefusal.busy) { try table.begin(.two, of: .one, now: .zero, at: self.time) }
        #expect(table.session(of: .one, now: .zero)?.job == job)
        _ = try table.begin(.one, of: .two, now: .zero, at: self.time)
        table.end(job, of: .one, now: .zero, at: self.time)
        _ = try table.begin(.two, of: .one, now: .zero, at: self.time)
    }

    @Test func theEndOfAnOlderJobDoesNotEndANewerOne() throws {
        var table = SessionTable(limits: .init())
        let old = try table.begin(.one, of: .one, now: .zero, at: self.time)
        table.end(old, of: .one, now: .zero, at: self.time)
        let new = try table.begin(.one, of: .one, now: .zero, at: self.time)
        table.end(old, of: .one, now: .zero, at: self.time)
        #expect(table.session(of: .one, now: .zero)?.job == new)
    }

    @Test func moreJobsThanTheLimitAreRefused() throws {
        var table = SessionTable(limits: .init(runningJobs: 1))
        let job = try table.begin(.one, of: .one, now: .zero, at: self.time)
        #expect(throws: WorkerRefusal.atCapacity) { try table.begin(.one, of: .two, now: .zero, at: self.time) }
        #expect(table.count == 1)
        table.end(job, of: .one, now: .zero, at: self.time)
        _ = try table.begin(.one, of: .two, now: .zero, at: self.time)
    }

    @Test func theLongestIdleSessionMakesRoom() throws {
        var table = SessionTable(limits: .init(runningJobs: 2, sessions: 1))
        let job = try table.begin(.one, of: .one, now: .zero, at: self.time)
        #expect(throws: WorkerRefusal.atCapacity) { try table.begin(.one, of: .two, now: .zero, at: self.time) }
        table.end(job, of: .one, now: .zero, at: self.time)
        _ = try table.begin(.one, of: .two, now: .zero, at: self.time)
        #expect(table.session(of: .one, now: .zero) == nil)
    }

    @Test func anIdleSessionExpiresAfterAQuarterOfAnHourAndABusyOneNever() throws {
        var table = SessionTable(limits: .init())
        let job = try table.begin(.one, of: .one, now: .zero, at: self.time)
        table.sweep(now: .seconds(100_000))
        #expect(table.session(of: .one, now: .seconds(100_000)) != nil)
        table.end(job, of: .one, now: .seconds(100_000), at: self.time)
        #expect(table.session(of: .one, now: .seconds(100_899)) != nil)
        #expect(table.timeLeft(of: .one, now: .seconds(100_899)) == .seconds(1))
        #expect(table.session(of: .one, now: .seconds(100_900)) == nil)
        table.touch(.one, now: .seconds(100_899), at: self.time)
        #expect(table.session(of: .one, now: .seconds(100_900)) != nil)
        table.sweep(now: .seconds(101_799))
        #expect(table.count == 0)
    }

    @Test func theLiveSessionWinsOverAnOlderCopyOfItself() throws {
        var table = SessionTable(limits: .init())
        let job = try table.begin(.one, of: .one, now: .zero, at: self.time)
        #expect(table.adopt(self.native, for: job, of: .one) == false)
        let keepsLive = table.adopt(self.native, for: job, of: .one)
        #expect(keepsLive)
        var other = self.native
        other.sessionID = "s2"
        #expect(table.adopt(other, for: job, of: .one) == false)
        #expect(table.session(of: .one, now: .zero)?.native == other)
        #expect(table.adopt(nil, for: job, of: .one) == false)
        #expect(table.session(of: .one, now: .zero)?.native == nil)
    }
}
