import NIOCore
import Synchronization

/// Runs the jobs of tasks on an event loop.
final class LoopExecutor: TaskExecutor {
    /// One for each loop of the process; there are as many as cores.
    private static let all = Mutex<[ObjectIdentifier: LoopExecutor]>([:])

    private let loop: any EventLoop

    private init(_ loop: any EventLoop) {
        self.loop = loop
    }

    static func of(_ loop: any EventLoop) -> LoopExecutor {
        self.all.withLock { all in
            let key = ObjectIdentifier(loop)
            if let known = all[key] { return known }
            let executor = LoopExecutor(loop)
            all[key] = executor
            return executor
        }
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        self.loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
