import Domain
import RedisBus

extension SharedDoctor {
    /// Whether Redis answers, takes the password, speaks TLS with a certificate that is trusted, and is new enough.
    func bus() async -> [Finding] {
        var reader = ConfigurationReader(environment: self.environment)
        let authority = reader.redisAuthority()
        guard let uri = reader.secret("REDIS_URL") else {
            return [Self.unset("bus", "REDIS_URL", "redis://host:6379", reader)]
        }
        if let problem = reader.problems.first {
            return [.init(state: .missing, part: "bus", text: "\(problem.variable) \(problem.message)")]
        }
        var address: EngineAddress
        let bus: RedisBus
        do {
            address = try EngineAddress.redis(uri)
            address.authorityFile = authority
            bus = try RedisBus(address, logger: self.logger)
        } catch {
            let text = (error as? EngineAddress.Malformed)?.message ?? "cannot be used with REDIS_CA_FILE"
            return [.init(state: .missing, part: "bus", text: "REDIS_URL \(text)", remedy: "set REDIS_URL")]
        }
        let finding = await self.finding(bus, address)
        await bus.shutdown()
        return [finding]
    }

    private func finding(_ bus: RedisBus, _ address: EngineAddress) async -> Finding {
        do {
            try await bus.ping()
            // A server may allow everything that we need and not this.
            guard let version = try? await bus.serverVersion() else {
                return .init(
                    state: .limited,
                    part: "bus",
                    text: "\(address.shown) does not tell its version; 6.2 or newer is needed"
                )
            }
            let parts = version.split(separator: ".").prefix(2).compactMap { Int($0) }
            guard let major = parts.first, (major, parts.dropFirst().first ?? 0) >= (6, 2) else {
                return .init(
                    state: .missing,
                    part: "bus",
                    text: "\(address.shown), Redis \(version), is too old",
                    remedy: "upgrade Redis to 6.2 or newer"
                )
            }
            return .init(state: .fine, part: "bus", text: "\(address.shown), Redis \(version)")
        } catch RedisBusError.notSignedIn {
            return .init(
                state: .missing,
                part: "bus",
                text: "\(address.shown) refuses the user or password",
                remedy: "set REDIS_URL=redis://user:password@host:6379, percent-encoded"
            )
        } catch {
            let tls =
                address.shown.hasPrefix("rediss:") ? " or does not speak TLS with a certificate that is trusted" : ""
            return .init(
                state: .missing,
                part: "bus",
                text: "\(address.shown) does not answer\(tls)",
                remedy: tls.isEmpty
                    ? "start Redis there, let this machine reach it, or mend REDIS_URL"
                    : "start Redis there, mend REDIS_URL, or name the authority in REDIS_CA_FILE"
            )
        }
    }
}
