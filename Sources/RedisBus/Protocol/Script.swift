/// A Lua script; Redis runs each whole, with nothing in between.
///
/// Sent as text: Redis keeps it compiled under its hash, and a restarted one needs no loading.
struct Script: Sendable {
    let text: String

    static let acquireLock = Script(
        text: """
            local held = redis.call('GET', KEYS[1])
            if held and held ~= ARGV[1] then return 0 end
            redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
            return 1
            """
    )

    static let renewLock = Script(
        text: """
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
            return redis.call('PEXPIRE', KEYS[1], ARGV[2])
            """
    )

    static let releaseLock = Script(
        text: """
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
            return redis.call('DEL', KEYS[1])
            """
    )

    static let increment = Script(
        text: """
            local count = redis.call('INCR', KEYS[1])
            if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
            return count
            """
    )

    // Logs. KEYS: the log's facts (a hash), its records (a stream whose ids are the sequence numbers).
    // Facts: g generation, f first and n last sequence number, b bytes kept, x finished, r and m limits, l lifetime.

    /// ARGV: generation, record limit, byte limit, lifetime, channel of its notes.
    static let createLog = Script(
        text: """
            redis.call('DEL', KEYS[1], KEYS[2])
            redis.call('HSET', KEYS[1], 'g', ARGV[1], 'f', 1, 'n', 0, 'b', 0, 'x', 0,
                'r', ARGV[2], 'm', ARGV[3], 'l', ARGV[4])
            redis.call('PEXPIRE', KEYS[1], ARGV[4])
            redis.call('PUBLISH', ARGV[5], '0')
            return 1
            """
    )

    /// ARGV: channel of its notes, then the records.
    ///
    /// Answers the last sequence number, -1 without a log, -2 when it is finished.
    static let append = Script(
        text: """
            local facts = redis.call('HMGET', KEYS[1], 'f', 'n', 'b', 'x', 'r', 'm', 'l')
            if not facts[1] then return -1 end
            if facts[4] == '1' then return -2 end
            local first, last, bytes = tonumber(facts[1]), tonumber(facts[2]), tonumber(facts[3])
            local records, limit = tonumber(facts[5]), tonumber(facts[6])
            for i = 2, #ARGV do
                last = last + 1
                bytes = bytes + #ARGV[i]
                redis.call('XADD', KEYS[2], string.format('%d-0', last), 'd', ARGV[i])
            end
            local kept = first
            while first < last and (last - first + 1 > records or bytes > limit) do
                local id = string.format('%d-0', first)
                local entry = redis.call('XRANGE', KEYS[2], id, id)[1]
                if entry then bytes = bytes - #entry[2][2] end
                first = first + 1
            end
            if first > kept then redis.call('XTRIM', KEYS[2], 'MINID', string.format('%d-0', first)) end
            redis.call('HSET', KEYS[1], 'f', first, 'n', last, 'b', bytes)
            redis.call('PEXPIRE', KEYS[1], facts[7])
            redis.call('PEXPIRE', KEYS[2], facts[7])
            redis.call('PUBLISH', ARGV[1], string.format('%d', last))
            return last
            """
    )

    /// ARGV: channel of its notes.
    static let finishLog = Script(
        text: """
            local facts = redis.call('HMGET', KEYS[1], 'x', 'l')
            if facts[1] ~= '0' then return 0 end
            redis.call('HSET', KEYS[1], 'x', 1)
            redis.call('PEXPIRE', KEYS[1], facts[2])
            redis.call('PEXPIRE', KEYS[2], facts[2])
            redis.call('PUBLISH', ARGV[1], 'x')
            return 1
            """
    )

    /// ARGV: cursor, number of records, bytes after which it stops.
    ///
    /// Answers generation, first, last, finished, and sequence number and payload by turns.
    static let readLog = Script(
        text: """
            local facts = redis.call('HMGET', KEYS[1], 'g', 'f', 'n', 'x')
            if not facts[1] then return false end
            local found = { facts[1], facts[2], facts[3], facts[4] }
            local next, last = math.max(tonumber(ARGV[1]) + 1, tonumber(facts[2])), tonumber(facts[3])
            local left, room = tonumber(ARGV[2]), tonumber(ARGV[3])
            while next <= last and left > 0 and room > 0 do
                local entries = redis.call('XRANGE', KEYS[2], string.format('%d-0', next), '+',
                    'COUNT', math.min(left, 16))
                if #entries == 0 then break end
                for _, entry in ipairs(entries) do
                    if room > 0 then
                        local payload = entry[2][2]
                        table.insert(found, string.match(entry[1], '^%d+'))
                        table.insert(found, payload)
                        next = tonumber(found[#found - 1]) + 1
                        left = left - 1
                        room = room - #payload
                    end
                end
            end
            return found
            """
    )
}
