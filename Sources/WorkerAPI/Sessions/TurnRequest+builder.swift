import Domain
import Foundation
import RuntimeProtocols
import Wire

extension TurnRequest {
    /// What the runtime of a builder turn is told; its tool servers are added when they are open.
    static func builder(
        key: String,
        prompt: String,
        systemPrompt: String,
        settings: RuntimeSettings,
        maxTurns: Int,
        resume: String?,
        workspace: URL,
        home: RuntimeHome
    ) -> TurnRequest {
        TurnRequest(
            key: key,
            prompt: prompt,
            systemPrompt: systemPrompt,
            settings: settings,
            maxTurns: maxTurns,
            resume: resume,
            workspace: workspace,
            home: home,
            builtInTools: WorkerService.builtInTools,
            toolServers: [],
            approvalTools: ApprovalTool.allCases.map(\.rawValue),
            stopsForApproval: { ApprovalTool(rawValue: $0)?.stops(on: $1) ?? false }
        )
    }
}
