package import Domain

/// The newest finding about this machine's runtimes, so that a page that asks again and again starts no processes.
///
/// Whoever asks while a look is under way shares it. What has changed is seen within `lifetime` of its end.
package actor RecentDetection {
    package static let lifetime = Duration.seconds(3)

    private let uptime: Uptime
    private let look: @Sendable () async -> [DetectedRuntime]
    private var current: Task<[DetectedRuntime], Never>?
    private var newest: (found: [DetectedRuntime], ended: Duration)?

    package init(uptime: Uptime = .live, look: @escaping @Sendable () async -> [DetectedRuntime]) {
        self.uptime = uptime
        self.look = look
    }

    package func detect() async -> [DetectedRuntime] {
        if let current { return await current.value }
        if let newest, self.uptime.now - newest.ended < Self.lifetime { return newest.found }
        // Unstructured, because several wait for it; it ends with its commands, which have three seconds each.
        let current = Task { [look] in await look() }
        self.current = current
        let found = await current.value
        self.current = nil
        self.newest = (found, self.uptime.now)
        return found
    }
}
