#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

enum ProcessSignal {
    /// Ends a process that is not a child of ours; gone already is as good.
    static func kill(_ id: Int32) {
        #if canImport(Glibc)
        _ = Glibc.kill(id, SIGKILL)
        #elseif canImport(Musl)
        _ = Musl.kill(id, SIGKILL)
        #else
        _ = Darwin.kill(id, SIGKILL)
        #endif
    }
}
