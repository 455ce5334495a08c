extension ToolCommand {
    /// The same program, which ends when it fills more than `memory` bytes, and leaves no memory image behind.
    ///
    /// What is limited is what it writes to (`RLIMIT_DATA`): JavaScript engines reserve many times the memory that
    /// they use, so that a limit of the address space would keep them from starting.
    func limited(toMemory memory: Int) -> ToolCommand {
        var limited = self
        limited.executable = "/bin/sh"
        // A machine may have a lower limit of its own; then that one holds.
        limited.arguments =
            ["-c", #"ulimit -c 0; ulimit -d \#(memory / 1024) 2>/dev/null; exec "$0" "$@""#, self.executable]
            + self.arguments
        return limited
    }
}
