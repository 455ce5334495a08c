import Application
import Domain
import Hummingbird
import NIOCore
import Wire

/// A turn's stream as an answer that does not hold up a server that stops, and ends with the reader's right to it.
///
/// Turns of this process end before the web stops, and their last frames still go out. A turn of another process goes on;
/// its viewers are let go without the end mark, so that they join again elsewhere from where they were.
struct DrainedStream: Sendable {
    /// For the frames that are there already when the server is told to stop.
    static let grace = Duration.seconds(2)

    /// So long somebody may go on reading who has lost the right to (spec 01 B19).
    static let checkInterval = Duration.seconds(10)

    let stream: RunStream
    let uptime: Uptime
    /// Asked now and then while there is something to tell, and a stream that has nothing says so every 15 seconds.
    let mayFollow: @Sendable () async throws -> Bool

    var body: ResponseBody { ResponseBody { try await self.write(to: &$0) } }

    func write(to writer: inout any ResponseBodyWriter) async throws {
        var deadline: Duration?
        var checked = self.uptime.now
        for try await buffer in self.stream {
            if self.uptime.now - checked >= Self.checkInterval {
                // Without the end mark: whoever has the right again joins again.
                guard try await self.mayFollow() else { break }
                checked = self.uptime.now
            }
            try await writer.write(buffer)
            guard isShuttingDown else { continue }
            // Nothing has been said for a while, and nothing is owed.
            if buffer == EventStreamFrame.keepAlive { break }
            let now = self.uptime.now
            if now >= deadline ?? now + Self.grace { break }
            deadline = deadline ?? now + Self.grace
        }
        try await writer.finish(nil)
    }
}
