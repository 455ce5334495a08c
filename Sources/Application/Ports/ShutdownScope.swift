import ServiceLifecycle

/// Whether the server that this task belongs to has been asked to stop.
package var isShuttingDown: Bool { Task.isShuttingDownGracefully }

/// Runs an operation that would go on for ever, until it ends by itself or the server is asked to stop.
///
/// Event streams use it: a server that drains would otherwise wait for every open page.
package func untilShutdown<Value: Sendable>(
    _ operation: @Sendable @escaping () async throws -> Value
) async throws -> Value {
    try await cancelWhenGracefulShutdown(operation)
}
