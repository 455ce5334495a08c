import Logging
import Synchronization
import Testing

@testable import MongoDocuments

@Suite(.serialized) struct MongoLibraryTests {
    /// Keeps what is logged.
    private final class Pages: Sendable {
        let lines = Mutex<[String]>([])
    }

    private struct Handler: LogHandler {
        let pages: Pages
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            self.pages.lines.withLock { lines in
                lines.append("\(event.level) \(event.message) \(event.metadata ?? [:])")
            }
        }
    }

    @Test func whatTheLibraryLogsComesThroughOurLoggerWithoutCredentials() {
        // libmongoc's numbers for a warning and a trace.
        let (warning, trace): (UInt32, UInt32) = (2, 6)
        let pages = Pages()
        let logger = Logger(label: "library") { _ in Handler(pages: pages) }
        MongoLibrary.report(
            warning,
            "client",
            "cannot use mongodb://someone:s3cret@h/d",
            to: logger
        )
        MongoLibrary.report(trace, "client", "every byte", to: logger)
        let lines = pages.lines.withLock { $0 }
        #expect(lines.count == 1, "traces show what is sent and stay out")
        #expect(lines.first?.hasPrefix("warning The MongoDB library reports") == true)
        #expect(lines.first?.contains("mongodb://<redacted>@h/d") == true)
        #expect(lines.first?.contains("s3cret") == false)
    }
}
