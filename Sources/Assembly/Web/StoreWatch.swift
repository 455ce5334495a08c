import Documents
import ServiceLifecycle

/// Watches a shared store's changes for as long as the web runs.
struct StoreWatch: Service {
    let store: TellingStore

    func run() async throws {
        await cancelWhenGracefulShutdown { await self.store.run() }
    }
}
