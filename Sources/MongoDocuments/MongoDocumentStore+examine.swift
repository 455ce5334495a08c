package import Documents

/// What an operator is told of a MongoDB server.
package struct MongoExamination: Sendable, Equatable {
    package enum Topology: Sendable, Equatable {
        /// Has neither change streams nor anybody to take over.
        case standalone
        case replicaSet(String)
        case sharded
    }

    package var version: String
    package var topology: Topology
    /// Collections whose indexes the version record does not show as built.
    package var unprepared: [String]
}

extension MongoDocumentStore {
    /// Asks for version, topology and the record of indexes; changes nothing.
    package func examine(_ collections: [CollectionSchema]) async throws -> MongoExamination {
        let (version, topology) = try await self.withClient { client, database in
            let build = try client.run(["buildInfo": 1], on: database, .read).decoded()
            let hello = try client.run(["hello": 1], on: database, .read).decoded()
            let topology: MongoExamination.Topology =
                if hello["msg"]?.string == "isdbgrid" {
                    .sharded
                } else if let name = hello["setName"]?.string {
                    .replicaSet(name)
                } else {
                    .standalone
                }
            return (build["version"]?.string ?? "unknown", topology)
        }
        return MongoExamination(
            version: version,
            topology: topology,
            unprepared: try await self.unprepared(collections)
        )
    }
}
