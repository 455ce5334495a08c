import Domain
import Foundation
import RuntimeProtocols

extension TurnRequest {
    /// A turn as the tests of this target want it.
    static func test(
        prompt: String = "make it",
        resume: String? = nil,
        servers: [String] = ["second"],
        stops: Bool = true
    ) -> TurnRequest {
        TurnRequest(
            key: "app",
            prompt: prompt,
            systemPrompt: "You build apps.",
            settings: .standard,
            maxTurns: 50,
            resume: resume,
            workspace: URL(filePath: "/srv/ws", directoryHint: .isDirectory),
            home: RuntimeHome(root: URL(filePath: "/srv/home", directoryHint: .isDirectory)),
            builtInTools: ["Read", "Write"],
            toolServers: servers.map { name in
                ToolServerEndpoint(
                    name: name,
                    url: URL(filePath: "/mcp"),
                    token: Secret("broker-token-1"),
                    tools: ["present_plan"]
                )
            },
            approvalTools: ["mcp__second__present_plan"],
            stopsForApproval: { _, _ in stops }
        )
    }
}
