import Foundation
import TestServers
import Testing

/// What `second doctor` says of servers that are there and will not do.
///
/// The servers are real; a proxy puts another version, or no replica set, into their answers. No old server is at hand.
@Suite(
    .serialized,
    .enabled(if: Desk.hasServer, "Claude Code or the server is not built; set SECOND_CLAUDE_PATH."),
    .enabled(if: MongoServer.isWanted && RedisServer.isWanted, "No database or no bus is installed.")
)
struct DoctorVersionJourney {
    private static func ask(_ environment: [String: String]) async throws -> [String] {
        let ended = try await SecondCommand(arguments: ["doctor"], environment: environment).run()
        return ended.lines
    }

    /// The findings of one part, each with the advice below it.
    private static func findings(_ part: String, in lines: [String]) -> [String] {
        lines.indices.filter { lines[$0].contains(" \(part): ") }.map { index in
            let next = index + 1 < lines.count ? lines[index + 1] : ""
            return lines[index] + (next.hasPrefix("    ") ? "\n" + next : "")
        }
    }

    @Test(.timeLimit(.minutes(3)))
    func aRedisThatIsTooOldIsNamedWithWhatIsNeeded() async throws {
        try await RedisServer.with(password: "pass-1") { redis in
            try await FaultyProxy.with(before: redis.server.port) { proxy in
                let environment = [
                    "REDIS_URL": "redis://:pass-1@127.0.0.1:\(proxy.port)",
                    "SECOND_DATA_DIR": try SecondServer.freshDataFolder("doctor-version").path,
                ]
                for (version, isEnough) in [("6.2", true), ("6.1", false), ("5.9", false), ("7.0", true)] {
                    proxy.falsifyAnswers([.init(after: "redis_version:", say: version)])
                    let bus = Self.findings("bus", in: try await Self.ask(environment))
                    #expect(bus.count == 1, "\(bus)")
                    let told = bus.first ?? ""
                    #expect(told.contains("redis://127.0.0.1:\(proxy.port), Redis \(version)"), "\(told)")
                    #expect(told.hasPrefix(isEnough ? "ok" : "missing"), "\(told)")
                    #expect(
                        told.contains(", is too old\n    mend it with: upgrade Redis to 6.2 or newer") != isEnough,
                        "\(told)"
                    )
                }
                // A server that is asked for its version and names none, as some that speak for Redis.
                proxy.falsifyAnswers([.init(after: "redis_v", say: "ERSION")])
                let bus = Self.findings("bus", in: try await Self.ask(environment))
                #expect(bus.count == 1 && bus[0].hasPrefix("limited"), "\(bus)")
                #expect(bus.first?.contains("does not tell its version; 6.2 or newer is needed") == true, "\(bus)")
            }
        }
    }

    @Test(.timeLimit(.minutes(3)))
    func aDatabaseThatStandsAloneOrIsTooOldIsNamedWithWhatMendsIt() async throws {
        try await MongoServer.with { mongo in
            try await FaultyProxy.with(before: mongo.server.port) { proxy in
                let environment = ["MONGODB_URI": "mongodb://127.0.0.1:\(proxy.port)/second?directConnection=true"]
                let sound = Self.findings("database", in: try await Self.ask(environment))
                #expect(sound.count == 1 && sound[0].hasPrefix("ok"), "\(sound)")
                let pattern = #/MongoDB (?<version>[0-9.]+), replica set/#
                let version = try #require(sound.first?.firstMatch(of: pattern)?.output.version)

                proxy.falsifyAnswers([.init(after: "setN", say: "ull")])
                let alone = Self.findings("database", in: try await Self.ask(environment))
                #expect(alone.count == 1 && alone[0].hasPrefix("missing"), "\(alone)")
                #expect(alone.first?.contains("MongoDB \(version), stands alone") == true, "\(alone)")
                #expect(
                    alone.first?.contains("\n    mend it with: start mongod with --replSet rs0") == true,
                    "\(alone)"
                )

                // A text in BSON: its name, the length of what follows with its end, then the text.
                let length = String(UnicodeScalar(UInt8(version.utf8.count + 1)))
                for (first, isEnough) in [("5", false), ("6", true)] {
                    proxy.falsifyAnswers([.init(after: "version\0\(length)\0\0\0", say: first)])
                    let told = Self.findings("database", in: try await Self.ask(environment))
                    #expect(told.count == 1 && told[0].hasPrefix(isEnough ? "ok" : "missing"), "\(told)")
                    #expect(told.first?.contains("MongoDB \(first + version.dropFirst())") == true, "\(told)")
                    let advice = "is too old\n    mend it with: upgrade MongoDB to 6 or newer"
                    #expect(told.first?.contains(advice) == !isEnough, "\(told)")
                }
            }
        }
    }
}
