import Domain
import HTTPTypes
package import Hummingbird
import NIOCore
package import WebGate

/// The pages for when there is nothing to show (spec 06 §4.6, §2.1); they work without any module.
package struct ErrorPages: Sendable {
    private let kit: PageKit

    package init(kit: PageKit) {
        self.kit = kit
    }

    /// For the gate: a page of its own, without the frame.
    package var outside: ErrorPage.Render {
        { answer in
            let model = ErrorModel(answer, workspaceID: "", assets: self.kit.assets)
            let frame = PageFrame(title: "\(model.heading) — Second", theme: .system, styles: ["errors"])
            // The templates were parsed at start; should one be gone, the plain page says the same.
            guard let html = try? self.kit.html("errors/error", model, in: frame) else {
                return ErrorPage.plain(answer)
            }
            return ByteBuffer(string: html)
        }
    }

    /// Inside the frame, for people who are in the workspace: not there and not theirs to know look the same.
    package func inside(_ shell: ShellModel, _ answer: ErrorAnswer) throws -> Response {
        let model = ErrorModel(answer, workspaceID: shell.workspaceID, assets: self.kit.assets)
        let frame = PageFrame(
            title: "\(model.heading) — \(shell.workspaceName)",
            theme: shell.theme,
            styles: ["errors"],
            shell: shell
        )
        return try self.kit.page("errors/panel", model, in: frame, status: answer.status)
    }
}

/// The words of an error page.
struct ErrorModel: Sendable {
    let assets: String
    let workspaceID: String
    let status: Int
    let heading: String
    let sentence: String
    let canRetry: Bool

    init(_ answer: ErrorAnswer, workspaceID: String, assets: AssetCatalog) {
        self.assets = assets.address
        self.workspaceID = workspaceID
        self.status = answer.status.code
        switch answer.status.code {
        case 404:
            self.heading = "There is nothing here"
            self.sentence = "The page does not exist, or it is not open to you. Perhaps the address has a slip in it."
            self.canRetry = false
        case 403:
            self.heading = "This is not open to you"
            self.sentence = answer.sentence
            self.canRetry = false
        case 400..<500:
            self.heading = "That did not work"
            self.sentence = answer.sentence
            self.canRetry = true
        default:
            self.heading = "Something went wrong"
            self.sentence = "The fault is on our side and has been written down. Trying again often helps."
            self.canRetry = true
        }
    }
}
