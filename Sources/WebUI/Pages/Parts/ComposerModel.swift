package import Domain
import Foundation

/// The box in which a person writes to the builder; drawn by `parts/composer`, brought to life by `composer.js`.
package struct ComposerModel: Sendable {
    struct RuntimeGroup: Sendable {
        let name: String
        let models: [ModelOption]
    }

    struct ModelOption: Sendable {
        let name: String
        /// Runtime and model, `claude-code:claude-opus-4-8`.
        let value: String
        let isSelected: Bool
        let isDisabled: Bool
    }

    let assets: String
    let workspaceID: String
    /// Where the form goes without script.
    let action: String
    let inputLabel: String
    let placeholder: String
    let sendLabel: String
    let prompt: String
    let rows: Int
    /// The browser keeps the unsent text under this name; empty keeps nothing.
    let draftKey: String
    let runtimes: [RuntimeGroup]
    let registryJSON: String
    /// The app's settings; `null` lets the person's last choice decide.
    let settingsJSON: String
    let paramsText: String
    let canRun: Bool

    /// A composer over `registry`, which holds only what this server can run.
    package init(
        workspaceID: Workspace.ID,
        action: String,
        inputLabel: String,
        placeholder: String,
        sendLabel: String,
        prompt: String = "",
        rows: Int = 3,
        draftKey: String,
        registry: RuntimeRegistry,
        settings: RuntimeSettings? = nil,
        assets: AssetCatalog
    ) {
        self.assets = assets.address
        self.workspaceID = workspaceID.rawValue
        self.action = action
        self.inputLabel = inputLabel
        self.placeholder = placeholder
        self.sendLabel = sendLabel
        self.prompt = prompt
        self.rows = rows
        self.draftKey = draftKey
        let shown = settings ?? registry.runtimes.first.map { registry.defaults(of: $0.id) }
        self.runtimes = registry.runtimes.filter { !$0.models.isEmpty }
            .map { runtime in
                RuntimeGroup(
                    name: runtime.name,
                    models: runtime.models.map { model in
                        ModelOption(
                            name: model.name,
                            value: "\(runtime.id.rawValue):\(model.id)",
                            isSelected: shown?.runtimeID == runtime.id && shown?.model == model.id,
                            isDisabled: false
                        )
                    }
                )
            }
        self.registryJSON = Self.json(registry)
        self.settingsJSON = settings.map(Self.json) ?? "null"
        self.paramsText = ""
        self.canRun = !registry.runtimes.isEmpty
    }

    private static func json(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Names and lists of names always encode; without them the module offers no choice.
        guard let data = try? encoder.encode(value) else { return "null" }
        return String(decoding: data, as: UTF8.self)
    }
}
