import Application
import AsyncHTTPClient
import Domain
import Foundation
import RemoteWorker

extension SharedDoctor {
    /// Whether the worker of `WORKER_URL` answers, takes our token, and has a runtime.
    func worker() async -> [Finding] {
        var reader = ConfigurationReader(environment: self.environment)
        guard let url = reader.address("WORKER_URL", isOriginOnly: true) else {
            return [Self.unset("worker", "WORKER_URL", "http://worker:3001", reader)]
        }
        let token: Secret<String>
        do {
            guard let found = try self.token(&reader) else {
                return [Self.unset("worker", "INTERNAL_API_TOKEN", "the worker's", reader)]
            }
            token = found
        } catch {
            return [.init(state: .missing, part: "worker", text: "\(error)", remedy: "set INTERNAL_API_TOKEN")]
        }
        let http = RemoteWorker.makeHTTPClient()
        let found = await RemoteWorker(url: url, token: token, http: http, logger: self.logger).examine()
        // Its connections end with this process in any case.
        try? await http.shutdown()
        return Self.findings(found, url)
    }

    /// As `second web` finds it: the variable, its file, or what the processes of this machine share in development.
    private func token(_ reader: inout ConfigurationReader) throws -> Secret<String>? {
        if let token = reader.secret("INTERNAL_API_TOKEN") { return token }
        guard reader.problems.isEmpty, !reader.isProduction() else { return nil }
        let kept = DataFolder(at: reader.text("SECOND_DATA_DIR")).internalToken
        guard FileManager.default.fileExists(atPath: kept.path) else { return nil }
        return try KeptSecret.load(at: kept)
    }

    private static func findings(_ found: WorkerExamination, _ url: URL) -> [Finding] {
        switch found {
        case .unreachable:
            return [
                .init(
                    state: .missing,
                    part: "worker",
                    text: "\(url.absoluteString) does not answer",
                    remedy: "start second worker there, let this machine reach it, or mend WORKER_URL"
                )
            ]
        case .tokenRefused:
            return [
                .init(
                    state: .missing,
                    part: "worker",
                    text: "\(url.absoluteString) does not know our INTERNAL_API_TOKEN",
                    remedy: "set INTERNAL_API_TOKEN to the same secret for web and worker"
                )
            ]
        case .answers(let version, let detection):
            let isSame = version == Version.current
            let worker = Finding(
                state: isSame ? .fine : .limited,
                part: "worker",
                text: "\(url.absoluteString), version \(version)"
                    + (isSame ? "" : ", while this is \(Version.current)"),
                remedy: isSame ? nil : "run the same version everywhere"
            )
            return [worker] + Self.runtimes(detection)
        }
    }

    /// One runtime is enough; without any nothing is built.
    private static func runtimes(_ detection: RuntimeDetection) -> [Finding] {
        let isAnyThere = detection.runtimes.values.contains(where: \.available)
        let found = detection.runtimes.sorted { $0.key < $1.key }.map { id, runtime -> Finding in
            guard runtime.available else {
                return .init(
                    state: isAnyThere ? .limited : .missing,
                    part: "runtime \(id)",
                    text: runtime.error ?? "not there",
                    remedy: "run second doctor on the worker"
                )
            }
            if let test = runtime.selfTest, !test.passed {
                return .init(
                    state: .broken,
                    part: "runtime \(id)",
                    text: test.message ?? test.code ?? "its self-test failed",
                    remedy: "run second doctor on the worker"
                )
            }
            return .init(state: .fine, part: "runtime \(id)", text: runtime.version ?? "version unknown")
        }
        guard detection.isDemo else { return found }
        return found + [
            .init(
                state: .limited,
                part: "model",
                text: "the recorded demo model answers",
                remedy: "set ANTHROPIC_API_KEY on the worker"
            )
        ]
    }
}
