package import Domain
package import Foundation

/// What the worker is told in either shape: where its folders are, who answers the agents, what builds may install.
package struct WorkerSettings: Sendable {
    package var isProduction: Bool
    /// Keys, private homes and caches.
    package var dataFolder: DataFolder
    /// Parent of the apps' workspaces.
    package var workspaces: URL
    package var resources: ResourceFolder
    package var toolchainFolder: URL
    package var npmPath: String?
    /// Where apps that declare further packages may install them from; `nil` refuses such apps.
    package var npmRegistry: URL?
    package var anthropicAPIKey: Secret<String>?
    package var anthropicBaseURL: URL?
    package var scrubsClaudeSubprocesses: Bool
    /// Play recorded turns instead of asking a model.
    package var isDemo: Bool
    /// Test each version of each runtime once, in the background.
    package var testsRuntimes: Bool
    /// Use the login of the person at this machine in production too (spec 03 §8).
    package var allowsClaudeLogin: Bool

    /// Without a key, agents use the login of the person at this machine.
    package var usesClaudeLogin: Bool { !self.isProduction || self.allowsClaudeLogin }

    package init(
        isProduction: Bool,
        dataFolder: DataFolder,
        workspaces: URL,
        resources: ResourceFolder,
        toolchainFolder: URL,
        npmPath: String?,
        npmRegistry: URL?,
        anthropicAPIKey: Secret<String>?,
        anthropicBaseURL: URL?,
        scrubsClaudeSubprocesses: Bool,
        isDemo: Bool,
        testsRuntimes: Bool,
        allowsClaudeLogin: Bool = false
    ) {
        self.isProduction = isProduction
        self.dataFolder = dataFolder
        self.workspaces = workspaces
        self.resources = resources
        self.toolchainFolder = toolchainFolder
        self.npmPath = npmPath
        self.npmRegistry = npmRegistry
        self.anthropicAPIKey = anthropicAPIKey
        self.anthropicBaseURL = anthropicBaseURL
        self.scrubsClaudeSubprocesses = scrubsClaudeSubprocesses
        self.isDemo = isDemo
        self.testsRuntimes = testsRuntimes
        self.allowsClaudeLogin = allowsClaudeLogin
    }
}

extension ServerConfiguration {
    /// The part of the embedded server's configuration that its worker sees.
    package var workerSettings: WorkerSettings {
        WorkerSettings(
            isProduction: self.isProduction,
            dataFolder: self.dataFolder,
            workspaces: self.dataFolder.workspaces,
            resources: self.resources,
            toolchainFolder: self.toolchainFolder,
            npmPath: self.npmPath,
            npmRegistry: self.npmRegistry,
            anthropicAPIKey: self.anthropicAPIKey,
            anthropicBaseURL: self.anthropicBaseURL,
            scrubsClaudeSubprocesses: self.scrubsClaudeSubprocesses,
            isDemo: self.isDemo,
            testsRuntimes: self.testsRuntimes,
            allowsClaudeLogin: self.allowsClaudeLogin
        )
    }
}
