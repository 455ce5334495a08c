import Domain
import NIOCore
import Synchronization

/// Locks, values and counters that end by themselves.
final class ExpiringKeys: Sendable {
    private struct Entry<Value> {
        var value: Value
        var expiresAt: Duration
    }

    private struct State {
        var locks: [String: Entry<String>] = [:]
        var values: [String: Entry<ByteBuffer>] = [:]
        var counters: [String: Entry<Int>] = [:]
        /// Expired entries are swept once in this many writes, so that keys nobody asks for again do not stay.
        var writesUntilSweep = 1024
    }

    private let state = Mutex(State())
    private let uptime: Uptime

    init(uptime: Uptime) {
        self.uptime = uptime
    }

    func acquire(_ key: String, owner: String, for duration: Duration) -> Bool {
        let now = self.uptime.now
        return self.write { state in
            if let held = state.locks[key], held.expiresAt > now, held.value != owner { return false }
            state.locks[key] = Entry(value: owner, expiresAt: now + duration)
            return true
        }
    }

    func renew(_ key: String, owner: String, for duration: Duration) -> Bool {
        let now = self.uptime.now
        return self.write { state in
            guard let held = state.locks[key], held.expiresAt > now, held.value == owner else { return false }
            state.locks[key] = Entry(value: owner, expiresAt: now + duration)
            return true
        }
    }

    func release(_ key: String, owner: String) {
        self.write { state in
            if state.locks[key]?.value == owner { state.locks[key] = nil }
        }
    }

    func set(_ value: ByteBuffer, for key: String, expiringAfter duration: Duration) {
        let now = self.uptime.now
        self.write { state in state.values[key] = Entry(value: value, expiresAt: now + duration) }
    }

    func value(for key: String) -> ByteBuffer? {
        let now = self.uptime.now
        return self.state.withLock { state in
            guard let entry = state.values[key], entry.expiresAt > now else { return nil }
            return entry.value
        }
    }

    func take(_ key: String) -> ByteBuffer? {
        let now = self.uptime.now
        return self.write { state in
            guard let entry = state.values.removeValue(forKey: key), entry.expiresAt > now else { return nil }
            return entry.value
        }
    }

    func increment(_ key: String, expiringAfter duration: Duration) -> Int {
        let now = self.uptime.now
        return self.write { state in
            if let entry = state.counters[key], entry.expiresAt > now {
                state.counters[key]?.value += 1
                return entry.value + 1
            }
            state.counters[key] = Entry(value: 1, expiresAt: now + duration)
            return 1
        }
    }

    private func write<Result: Sendable>(_ body: (inout sending State) -> sending Result) -> Result {
        let now = self.uptime.now
        return self.state.withLock { state in
            state.writesUntilSweep -= 1
            if state.writesUntilSweep == 0 {
                state.writesUntilSweep = 1024
                state.locks = state.locks.filter { $0.value.expiresAt > now }
                state.values = state.values.filter { $0.value.expiresAt > now }
                state.counters = state.counters.filter { $0.value.expiresAt > now }
            }
            return body(&state)
        }
    }
}
