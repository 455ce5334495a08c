package import Logging
package import RedisBus

extension RedisBus {
    /// The bus at a configured address; begins to connect.
    package convenience init(_ address: EngineAddress, settings: Settings = Settings(), logger: Logger) throws {
        var settings = settings
        settings.authorityFile = address.authorityFile
        try self.init(RedisAddress(address.uri), settings: settings, logger: logger)
    }
}
