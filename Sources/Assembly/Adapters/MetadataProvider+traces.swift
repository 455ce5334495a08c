import Domain
package import Logging

extension Logger.MetadataProvider {
    /// Whatever is logged for a request or a turn says which trace it belongs to, in every process (spec 05 B47).
    package static let traces = Self { TraceParent.current.map { ["trace.id": "\($0.traceID)"] } ?? [:] }
}
