package import Hummingbird
import Logging

/// A request to the worker; the only callers are the web and the agents of running turns.
package struct WorkerRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage

    package init(source: ApplicationRequestContextSource) {
        self.coreContext = .init(source: source)
    }
}
