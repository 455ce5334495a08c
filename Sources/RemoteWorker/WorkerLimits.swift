/// How long a web waits for a worker, and how much it takes from one.
package struct WorkerLimits: Sendable {
    /// Until a connection stands.
    package var connect: Duration = .seconds(2)
    /// Questions that touch little: status, missing attachments, health.
    package var question: Duration = .seconds(10)
    /// The worker itself waits up to ten seconds for a turn to stop.
    package var cancel: Duration = .seconds(20)
    /// Files, transcripts and attachments, either way.
    package var transfer: Duration = .seconds(60)
    package var removal: Duration = .seconds(60)
    /// The model may take 90 seconds for a name (spec 03 §15).
    package var metadata: Duration = .seconds(120)
    /// Until a turn's stream begins: workspace, home and transcript are written before.
    package var turnStart: Duration = .seconds(60)
    /// A running turn sends a comment every 30 seconds at least.
    package var silence: Duration = .seconds(75)
    /// The longest line of a turn's stream: an event of the largest line that an agent may write, with its escapes.
    package var lineBytes = 33_554_432
    /// Files (12 MiB) or a transcript (32 MiB), escaped.
    package var transferBytes = 134_217_728
    package var answerBytes = 1_048_576

    package init() {}
}
