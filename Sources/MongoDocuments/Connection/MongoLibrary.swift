import CMongo
package import Logging
import Synchronization

/// What libmongoc needs once in a process: its start, and somebody who hears its log.
package enum MongoLibrary {
    private static let logger = Mutex<Logger?>(nil)

    private static let started: Void = {
        mongoc_init()
        // C calls this from threads of its own.
        mongoc_log_set_handler(
            { level, domain, message, _ in
                guard let message, let logger = MongoLibrary.logger.withLock({ $0 }) else { return }
                let domain = domain.map { String(cString: $0) } ?? ""
                MongoLibrary.report(level.rawValue, domain, String(cString: message), to: logger)
            },
            nil
        )
    }()

    static func start() { _ = self.started }

    /// Sends libmongoc's log to this logger from now on.
    package static func log(to logger: Logger) {
        self.start()
        self.logger.withLock { $0 = logger }
    }

    /// One line of libmongoc's log.
    static func report(_ level: UInt32, _ domain: String, _ message: String, to logger: Logger) {
        let ours: Logger.Level? =
            switch mongoc_log_level_t(rawValue: level) {
            case MONGOC_LOG_LEVEL_ERROR, MONGOC_LOG_LEVEL_CRITICAL: .error
            case MONGOC_LOG_LEVEL_WARNING: .warning
            case MONGOC_LOG_LEVEL_MESSAGE, MONGOC_LOG_LEVEL_INFO: .info
            case MONGOC_LOG_LEVEL_DEBUG: .debug
            // A trace has the bytes of what is sent.
            default: nil
            }
        guard let ours else { return }
        logger.log(
            level: ours,
            "The MongoDB library reports",
            metadata: ["mongo.domain": "\(domain)", "mongo.message": "\(Credentials.stripped(from: message))"]
        )
    }
}
