/// What builds may take of the machine.
package struct BuildLimits: Sendable, Equatable {
    /// Builds at a time; more wait for their turn.
    package var atOnce: Int
    /// Bytes of memory that one program of a build may fill.
    package var memory: Int

    package init(atOnce: Int = 2, memory: Int = 2 << 30) {
        self.atOnce = atOnce
        self.memory = memory
    }
}
