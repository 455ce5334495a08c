import Domain
import Foundation
import Logging
import Runtimes
import WorkerAPI

extension Doctor {
    /// Has each runtime take a turn with a model of ours, whatever an earlier test found (spec 03 §22.34).
    func selfTests(_ runtimes: RuntimeSet, _ progress: (String) -> Void) async -> [Finding] {
        let bench = SelfTestBench(folder: self.configuration.dataFolder.caches, logger: Logger(label: "second.doctor"))
        var findings: [Finding] = []
        for runtime in await runtimes.look() where runtime.isAvailable {
            guard let subject = runtimes.subjects.first(where: { $0.id == runtime.id && $0.path == runtime.path })
            else {
                continue
            }
            let name = RuntimeRegistry.standard.runtime(runtime.id)?.name ?? runtime.id.rawValue
            progress("\(name) takes a test turn, which takes some seconds …")
            let part = "\(name) self-test"
            do {
                switch try await bench.test(subject, version: runtime.version) {
                case .works:
                    findings.append(
                        Finding(state: .fine, part: part, text: "it took a turn, called a tool and answered")
                    )
                case .fails(let step, let message):
                    findings.append(
                        Finding(
                            state: .broken,
                            part: part,
                            text: "\(message) (\(step.rawValue))",
                            remedy: self.remedy(for: runtime.id)
                        )
                    )
                }
            } catch {
                findings.append(
                    Finding(
                        state: .limited,
                        part: part,
                        text: "it could not be tested",
                        remedy: "let this user write to \(bench.folder.path)"
                    )
                )
            }
        }
        return findings
    }

    /// Installs the version that was tried with this version of ours.
    private func remedy(for runtime: RuntimeID) -> String {
        guard runtime == .claudeCode else { return "install another version of it" }
        let install = "scripts/toolchain/install \(self.configuration.toolchainFolder.path)"
        return self.environment["SECOND_CLAUDE_PATH"].map { _ in "\(install), and unset SECOND_CLAUDE_PATH" } ?? install
    }
}
