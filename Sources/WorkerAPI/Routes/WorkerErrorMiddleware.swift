import Application
import Domain
import HTTPTypes
import Hummingbird
import Logging

/// Gives every refusal its status and code; a fault is logged here, once, and told to nobody.
struct WorkerErrorMiddleware<Context: RequestContext>: RouterMiddleware {
    let logger: Logger

    func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let refusal as WorkerRefusal {
            return try Self.response(to: .refusal(refusal))
        } catch let failure as WorkerFailure {
            return try Self.response(to: .failure(failure))
        } catch let error as HTTPError {
            let code =
                switch error.status {
                case .contentTooLarge: "body_too_large"
                case .notFound: "not_found"
                default: "bad_request"
                }
            return try WorkerAnswer.error(code, error.status)
        } catch let error as CancellationError {
            throw error
        } catch {
            self.logger.error("A worker request broke", metadata: ["error": "\(error)"])
            return try WorkerAnswer.error("internal_error", .internalServerError)
        }
    }

    /// The status says what a stranger needs, the header which case it was, for the web that gets it back as thrown.
    private static func response(to problem: WorkerProblem) throws -> Response {
        var members: [String: JSONValue] = ["error": .string(problem.text)]
        members["message"] = problem.message.map(JSONValue.string)
        var response = try WorkerAnswer.json(.object(members), status: Self.status(of: problem))
        if let name = HTTPField.Name(WorkerProblem.header) { response.headers[name] = problem.kind }
        if response.status == .serviceUnavailable { response.headers[.retryAfter] = "30" }
        return response
    }

    private static func status(of problem: WorkerProblem) -> HTTPResponse.Status {
        switch problem {
        case .refusal(let refusal):
            switch refusal {
            case .busy, .restoreNeeded: .conflict
            case .atCapacity, .draining, .runtimeUnavailable: .serviceUnavailable
            case .invalidRequest: .badRequest
            case .attachmentRefused(let code):
                ["too_many_files", "file_too_large", "upload_too_large"].contains(code) ? .contentTooLarge : .badRequest
            case .snapshotRefused: .contentTooLarge
            case .unreachable: .badGateway
            }
        case .failure(.cancelled), .failure(.sessionLost): .conflict
        case .failure(.failed("metadata_generation_failed")): .badGateway
        case .failure(.failed): .internalServerError
        }
    }
}
