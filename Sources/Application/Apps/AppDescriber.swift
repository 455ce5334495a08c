package import Documents
package import Domain
import Logging
import ServiceLifecycle

/// Gives new apps a better name and a description, in the background; every failure is silent (spec 02 §3.2, B23).
package struct AppDescriber: Service {
    private struct Job: Sendable {
        var request: WorkerMetadataRequest
        var scope: AppScope
    }

    private let jobs: AsyncStream<Job>
    private let queue: AsyncStream<Job>.Continuation
    private let apps: AppRepository
    private let worker: any BuilderWorker
    private let publish: WorkspaceService.Publish
    private let clock: WallClock

    package init(
        apps: AppRepository,
        worker: any BuilderWorker,
        publish: @escaping WorkspaceService.Publish,
        clock: WallClock
    ) {
        (self.jobs, self.queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(100))
        self.apps = apps
        self.worker = worker
        self.publish = publish
        self.clock = clock
    }

    package func describe(_ request: WorkerMetadataRequest, of scope: AppScope) {
        self.queue.yield(Job(request: request, scope: scope))
    }

    /// Works off the queue until the server stops.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for await job in self.jobs {
                    group.addTask { await self.work(job) }
                }
                group.cancelAll()
            }
        }
    }

    private func work(_ job: Job) async {
        do {
            let found = try await self.worker.describe(job.request)
            guard let name = Self.cleanName(found.name), let description = Self.cleanDescription(found.description)
            else { return }
            let now = self.clock.now
            _ = try await self.apps.rename(job.scope, to: name, byPerson: false, at: now)
            guard try await self.apps.describe(job.scope, as: description, at: now) != nil else { return }
            await self.publish(
                WorkspaceEvent(.appUpdated, in: job.scope.workspaceID, scope: .apps, at: now, appID: job.scope.appID)
            )
        } catch {
            Logger.current.debug(
                "No description for an app",
                metadata: ["app.id": "\(job.scope.appID)", "error": "\(String(reflecting: error))"]
            )
        }
    }

    /// Without quotes around it and without a number at its end; 2–80.
    static func cleanName(_ text: String) -> AppName? {
        var name = text.trimmingWhitespace()
        let quotes: Set<Character> = ["\"", "'", "`", "“", "”", "‘", "’", "«", "»"]
        while let first = name.first, quotes.contains(first) { name.removeFirst() }
        while let last = name.last, quotes.contains(last) { name.removeLast() }
        if name.hasSuffix(")"), let open = name.lastIndex(of: "(") {
            let inside = name[name.index(after: open)...].dropLast()
            if !inside.isEmpty, inside.allSatisfy(\.isNumber) { name = String(name[..<open]) }
        }
        return AppName(name, minimum: 2)
    }

    static func cleanDescription(_ text: String) -> String? {
        let description = text.collapsingWhitespace()
        return (2...300).contains(description.utf16.count) ? description : nil
    }
}
