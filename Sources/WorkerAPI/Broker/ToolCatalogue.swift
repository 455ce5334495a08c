package import Application

/// All tools of all servers (spec 03 §5, §6), in the order in which they are listed.
package struct ToolCatalogue: Sendable {
    /// Names of tool servers; one token each (spec 03 §22.11).
    package enum Server: String, Sendable, CaseIterable {
        case second
        case appTools = "app_tools"
        case appData = "app_data"
    }

    private let tools: [Server: [any BrokerTool]]

    init(tools: [Server: [any BrokerTool]]) {
        self.tools = tools
    }

    /// Every tool there is.
    package init(building: any AppBuilding) {
        self.init(tools: [
            .second: [
                PresentPlan(),
                PresentSuggestions(),
                DoneBuilding(building: building),
                SetAppMetadata(),
            ]
        ])
    }

    /// What a builder turn may call.
    package static let builder: [Server: [String]] = [
        .second: [PresentPlan.name, PresentSuggestions.name, DoneBuilding.name]
    ]

    /// What the generation of an app's name may call.
    package static let metadata: [Server: [String]] = [.second: [SetAppMetadata.name]]

    /// What the turn of a self-test may call: what a builder turn may, and the one that it does call.
    package static let selfTest: [Server: [String]] = [.second: (Self.builder[.second] ?? []) + [SetAppMetadata.name]]

    func tools(of server: Server, allowed: [String]) -> [any BrokerTool] {
        (self.tools[server] ?? []).filter { allowed.contains($0.name) }
    }

    func tool(_ name: String, of server: Server) -> (any BrokerTool)? {
        self.tools[server]?.first { $0.name == name }
    }
}
