import Domain
import Foundation
import Testing

@testable import Runtimes

/// Which npm installs packages: one that answers, by its absolute path, and never one that an agent wrote.
@Suite struct NPMSearchTests {
    private func with(_ body: (URL) async throws -> Void) async throws {
        let root = URL.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "npm-search-\(IdentifierSource.live.token())")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: root) }  // A folder that stays behind harms nobody.
        try await body(root)
    }

    private func npm(_ folder: URL, _ name: String = "npm", says: String = "echo 10.2.0") throws -> String {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: name)
        try Data("#!/bin/sh\n\(says)\n".utf8).write(to: file)
        #expect(chmod(file.path, 0o755) == 0)
        return file.path
    }

    private func search(_ root: URL, _ environment: [String: String]) -> NPMSearch {
        NPMSearch(environment: environment, workspaces: root.appending(path: "workspaces"))
    }

    @Test func theFirstThatAnswersIsTaken() async throws {
        try await self.with { root in
            let broken = try self.npm(root.appending(path: "a"), says: "exit 1")
            let good = try self.npm(root.appending(path: "b"))
            let later = try self.npm(root.appending(path: "c"))
            let path = [broken, good, later].map { URL(filePath: $0).deletingLastPathComponent().path }
            let found = try await self.search(root, ["PATH": path.joined(separator: ":")]).find(override: nil)
            #expect(found == good)
            let own = try await self.search(root, ["PATH": path[1], "npm_execpath": later]).find(override: nil)
            #expect(own == later)
            let yarn = try self.npm(root.appending(path: "y"), "yarn.js")
            let other = try await self.search(root, ["PATH": path[1], "npm_execpath": yarn]).find(override: nil)
            #expect(other == good)
        }
    }

    /// Builds start the file behind the link.
    @Test func whatWorksByTheNameOfALinkOnlyIsNotTaken() async throws {
        try await self.with { root in
            let says = #"case "$0" in */npm) echo 10.2.0;; *) exit 1;; esac"#
            let shim = try self.npm(root.appending(path: "shims"), "shim", says: says)
            let links = root.appending(path: "links")
            try FileManager.default.createDirectory(at: links, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: links.path + "/npm", withDestinationPath: shim)
            let good = try self.npm(root.appending(path: "good"))
            let path = "\(links.path):\(root.path)/good"
            #expect(try await self.search(root, ["PATH": path]).find(override: nil) == good)
        }
    }

    @Test func nothingOfAWorkspaceIsTaken() async throws {
        try await self.with { root in
            let workspace = root.appending(path: "workspaces/app")
            let planted = try self.npm(workspace)
            let good = try self.npm(root.appending(path: "good"))
            let link = root.appending(path: "links")
            try FileManager.default.createDirectory(at: link, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: link.path + "/npm", withDestinationPath: planted)
            let path = ".:\(workspace.path):\(link.path):\(root.path)/good"
            #expect(try await self.search(root, ["PATH": path]).find(override: nil) == good)
            for refused in [planted, link.path + "/npm", "npm", "./npm"] {
                await #expect(throws: NPMSearch.NotFound.self) {
                    try await self.search(root, ["PATH": path]).find(override: refused)
                }
            }
        }
    }

    @Test func whatTheOperatorNamedIsTheOnlyChoice() async throws {
        try await self.with { root in
            let silent = try self.npm(root.appending(path: "s"), says: "echo hello")
            let good = try self.npm(root.appending(path: "g"))
            let search = self.search(root, ["PATH": root.path + "/g"])
            #expect(try await search.find(override: good) == good)
            for override in [silent, root.path + "/nothing"] {
                do {
                    _ = try await search.find(override: override)
                    Issue.record("It was taken.")
                } catch let error as NPMSearch.NotFound {
                    #expect(error.description.contains(override) && error.description.contains("SECOND_NPM_PATH"))
                }
            }
        }
    }
}
