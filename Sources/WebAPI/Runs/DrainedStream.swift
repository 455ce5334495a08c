import Application
import Domain
import Hummingbird
import NIOCore
import Wire

/// A turn's stream as an answer that does not hold up a server that stops.
///
/// Turns of this process end before the web stops, and their last frames still go out. A turn of another process goes on;
/// its viewers are let go without the end mark, so that they join again elsewhere from where they were.
struct DrainedStream: Sendable {
    /// For the frames that are there already when the server is told to stop.
    static let grace = Duration.seconds(2)

    let stream: RunStream
    let uptime: Uptime

    var body: ResponseBody {
        ResponseBody { writer in
            var deadline: Duration?
            for try await buffer in self.stream {
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
}
