/// Which runtime, model and parameters a turn uses; always normalised against the registry (spec 03 §16.2).
package struct RuntimeSettings: Codable, Sendable, Equatable {
    package var runtimeID: RuntimeID
    package var model: String
    package var params: [String: String]

    package enum CodingKeys: String, CodingKey {
        case runtimeID = "runtimeId"
        case model = "runtimeModel"
        case params = "runtimeParams"
    }

    /// Claude Code with its default model, `xhigh` effort and adaptive thinking.
    package static let standard = RuntimeRegistry.standard.defaults(of: .claudeCode)
}
