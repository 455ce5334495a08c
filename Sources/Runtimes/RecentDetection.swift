package import Domain

/// The newest finding about this machine's runtimes, so that a page that asks again and again starts no processes.
///
/// Whoever asks while a look is under way shares it. What has changed is seen within `lifetime`.
package actor RecentDetection {
    package static let lifetime = Duration.seconds(3)

    private let uptime: Uptime
    private let look: @Sendable () async -> [DetectedRuntime]
    private var newest: (found: Task<[DetectedRuntime], Never>, begun: Duration)?

    package init(uptime: Uptime = .live, look: @escaping @Sendable () async -> [DetectedRuntime]) {
        self.uptime = uptime
        self.look = look
    }

    package func detect() async -> [DetectedRuntime] {
        let now = self.uptime.now
        if let newest, now - newest.begun < Self.lifetime { return await newest.found.value }
        // Unstructured, because several wait for it; it ends with its commands, which have three seconds each.
        let found = Task { [look] in await look() }
        self.newest = (found, now)
        return await found.value
    }
}
