import Logging

/// Writes log lines to standard error, and gives metadata its form only when a line is written.
///
/// Every request adds to its logger what it learns about itself; most write nothing.
struct LineLogHandler: LogHandler {
    private let lines: StreamLogHandler
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    var metadataProvider: Logger.MetadataProvider?

    init(label: String, level: Logger.Level, metadataProvider: Logger.MetadataProvider?) {
        var lines = StreamLogHandler.standardError(label: label)
        lines.logLevel = level
        self.lines = lines
        self.logLevel = level
        self.metadataProvider = metadataProvider
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var event = event
        var metadata = self.metadata
        if let provided = self.metadataProvider?.get() { metadata.merge(provided) { _, new in new } }
        if let own = event.metadata { metadata.merge(own) { _, new in new } }
        event.metadata = metadata
        self.lines.log(event: event)
    }
}
