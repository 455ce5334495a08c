package import Domain
package import WebGate

/// Everything that the pages draw on; `Assembly` fills it.
package struct PageServices: Sendable {
    package var kit: PageKit
    package var gate: GateConfiguration
    package var shell: ShellSource
    /// Only what this server can run.
    package var registry: RuntimeRegistry

    package init(kit: PageKit, gate: GateConfiguration, shell: ShellSource, registry: RuntimeRegistry) {
        self.kit = kit
        self.gate = gate
        self.shell = shell
        self.registry = registry
    }
}
