import Application
import Documents
import Domain
import Foundation
package import Logging
import MongoDocuments

/// Looks at what `second web` and `second worker` share over the network: database, bus and worker.
///
/// What is found names hosts and versions, never a part of a secret.
package struct SharedDoctor: Sendable {
    package typealias Finding = Doctor.Finding

    let environment: [String: String]
    let logger: Logger

    package init(environment: [String: String], logger: Logger) {
        self.environment = environment
        self.logger = logger
    }

    /// Whether the environment is that of a process of the distributed shape.
    package static func isWanted(_ environment: [String: String]) -> Bool {
        let reader = ConfigurationReader(environment: environment)
        return ["MONGODB_URI", "REDIS_URL", "WORKER_URL"].contains { reader.isSet($0) }
    }

    /// Whether it is that of a web, which needs no toolchain of its own.
    package static func isWeb(_ environment: [String: String]) -> Bool {
        let reader = ConfigurationReader(environment: environment)
        return reader.isSet("MONGODB_URI") || reader.isSet("WORKER_URL")
    }

    package func examine() async -> [Finding] {
        guard Self.isWeb(self.environment) else { return await self.bus() }
        async let database = self.database()
        async let bus = self.bus()
        async let worker = self.worker()
        return await database + bus + worker
    }

    // MARK: - Database

    private func database() async -> [Finding] {
        var reader = ConfigurationReader(environment: self.environment)
        guard let uri = reader.secret("MONGODB_URI") else {
            return [Self.unset("database", "MONGODB_URI", "mongodb://host:27017/second", reader)]
        }
        let connection: MongoConnection
        let address: EngineAddress
        do {
            address = try EngineAddress.mongo(uri)
            connection = try MongoConnection(MongoAddress(uri.reveal()), threads: 2, logger: self.logger)
        } catch {
            let text = (error as? EngineAddress.Malformed)?.message ?? "its host cannot be looked up"
            return [.init(state: .missing, part: "database", text: "MONGODB_URI \(text)", remedy: "set MONGODB_URI")]
        }
        let findings: [Finding]
        do {
            findings = Self.findings(try await MongoDocumentStore(connection).examine(Collections.all), address)
        } catch {
            findings = [
                .init(
                    state: .missing,
                    part: "database",
                    text: "\(address.shown) does not answer: \(Self.reason(error))",
                    remedy: "start MongoDB there, let this machine reach it, or mend MONGODB_URI"
                )
            ]
        }
        // Its threads end with this process in any case.
        try? await connection.close()
        return findings
    }

    /// The first major version with everything that the store asks for and that is still looked after.
    private static let oldestMongoDB = 6

    private static func findings(_ found: MongoExamination, _ address: EngineAddress) -> [Finding] {
        let server = "\(address.shown), MongoDB \(found.version)"
        var findings: [Finding]
        let major = found.version.split(separator: ".").first.flatMap { Int($0) }
        switch found.topology {
        case _ where major.map { $0 < Self.oldestMongoDB } ?? false:
            findings = [
                .init(
                    state: .missing,
                    part: "database",
                    text: "\(server), is too old",
                    remedy: "upgrade MongoDB to \(Self.oldestMongoDB) or newer"
                )
            ]
        case .replicaSet(let name):
            findings = [.init(state: .fine, part: "database", text: "\(server), replica set \(name)")]
        case .sharded:
            findings = [.init(state: .fine, part: "database", text: "\(server), sharded")]
        case .standalone:
            findings = [
                .init(
                    state: .missing,
                    part: "database",
                    text: "\(server), stands alone: without a replica set there are no live changes",
                    remedy: "start mongod with --replSet rs0, then mongosh --eval 'rs.initiate()'"
                )
            ]
        }
        if found.unprepared.isEmpty {
            findings.append(.init(state: .fine, part: "indexes", text: "recorded for all collections"))
        } else {
            findings.append(
                .init(
                    state: .limited,
                    part: "indexes",
                    text: "not recorded for \(found.unprepared.joined(separator: ", "))",
                    remedy: "start second web, which makes them"
                )
            )
        }
        return findings
    }

    // MARK: - Words

    /// The variable is not set, or was refused for what the reader says.
    static func unset(
        _ part: String,
        _ variable: String,
        _ example: String,
        _ reader: ConfigurationReader
    ) -> Finding {
        let problem = reader.problems.first.map { "\($0.variable) \($0.message)" }
        return .init(
            state: .missing,
            part: part,
            text: problem ?? "\(variable) is not set",
            remedy: "set \(variable) to \(example)"
        )
    }

    private static func reason(_ error: any Error) -> String {
        if case DocumentStoreError.unavailable(let reason) = error { return reason }
        return "\(error)"
    }
}
