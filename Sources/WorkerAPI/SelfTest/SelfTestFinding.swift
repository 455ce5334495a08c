import Domain
import Foundation

/// What a self-test found out about a runtime.
package enum SelfTestFinding: Sendable, Equatable {
    case works
    /// The message is one line that may be shown: runtime, version, step, and what the runtime said.
    case fails(SelfTestStep, message: String)

    /// The longest message in characters.
    package static let messageLimit = 480

    init(_ evidence: SelfTestEvidence, plan: SelfTestPlan, runtime: RuntimeID, version: String?) {
        guard let step = evidence.missing(of: plan) else {
            self = .works
            return
        }
        let name = RuntimeRegistry.standard.runtime(runtime)?.name ?? runtime.rawValue
        let subject = [name, version].compactMap(\.self).joined(separator: " ")
        var message = "\(subject) does not work with this version of Second: \(step.sentence)"
        if step == .timeout, let last = evidence.firstMissing(of: plan) {
            message += " \(last.sentence)"
        } else if !evidence.remark.isEmpty {
            message += " \(evidence.remark)"
        }
        self = .fails(step, message: String(message.collapsingWhitespace().prefix(Self.messageLimit)))
    }
}
