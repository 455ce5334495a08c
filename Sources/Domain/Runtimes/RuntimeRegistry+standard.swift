extension RuntimeRegistry {
    /// What the product offers out of the box.
    package static let standard = Self(runtimes: [
        Runtime(
            id: .claudeCode,
            name: "Claude Code",
            models: [
                Model(id: "claude-opus-4-8", name: "Opus 4.8"),
                Model(id: "claude-opus-4-6", name: "Opus 4.6"),
                Model(id: "claude-sonnet-4-6", name: "Sonnet 4.6"),
                Model(id: "claude-haiku-4-5", name: "Haiku 4.5"),
            ],
            defaultModel: "claude-opus-4-8",
            controls: [
                Control(
                    id: "effort",
                    name: "Effort",
                    options: [
                        Option(id: "xhigh", models: ["claude-opus-4-8"]),
                        Option(id: "low"), Option(id: "medium"), Option(id: "high"),
                        Option(id: "max", models: ["claude-opus-4-8", "claude-opus-4-6", "claude-sonnet-4-6"]),
                    ]
                ),
                Control(
                    id: "thinking",
                    name: "Thinking",
                    options: [
                        Option(id: "adaptive", models: ["claude-opus-4-8", "claude-opus-4-6", "claude-sonnet-4-6"]),
                        Option(id: "disabled"),
                        Option(id: "enabled", models: ["claude-opus-4-6", "claude-sonnet-4-6"]),
                    ]
                ),
            ],
            acceptsAnyModel: false
        ),
        Runtime(
            id: .codex,
            name: "Codex CLI",
            models: [
                Model(id: "gpt-5.5", name: "GPT-5.5"),
                Model(id: "gpt-5.4", name: "GPT-5.4"),
                Model(id: "gpt-5.4-mini", name: "GPT-5.4 Mini"),
            ],
            defaultModel: "gpt-5.5",
            controls: [
                Control(
                    id: "reasoningEffort",
                    name: "Reasoning",
                    options: [Option(id: "high"), Option(id: "low"), Option(id: "medium"), Option(id: "xhigh")]
                ),
                Control(
                    id: "sandbox",
                    name: "Sandbox",
                    options: [Option(id: "workspace-write"), Option(id: "read-only")]
                ),
            ],
            acceptsAnyModel: false
        ),
        Runtime(
            id: .openCode,
            name: "OpenCode",
            models: [],
            defaultModel: "openai/gpt-5.5",
            controls: [
                Control(
                    id: "variant",
                    name: "Variant",
                    options: ["auto", "none", "low", "medium", "high", "xhigh", "max"].map { Option(id: $0) }
                )
            ],
            acceptsAnyModel: true
        ),
    ])
}

extension RuntimeRegistry.Option {
    init(id: String) {
        self.init(id: id, models: nil)
    }
}
