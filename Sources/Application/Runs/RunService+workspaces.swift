package import Documents

extension RunService {
    /// For those who draw frames around runs.
    package var workspaces: WorkspaceRepository { self.tools.workspaces }
}
