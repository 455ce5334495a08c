import Application
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
            return try Self.response(to: refusal)
        } catch let failure as WorkerFailure {
            return try Self.response(to: failure)
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

    private static func response(to refusal: WorkerRefusal) throws -> Response {
        switch refusal {
        case .busy: return try WorkerAnswer.error("session_busy", .conflict)
        case .atCapacity:
            var response = try WorkerAnswer.error("at_capacity", .serviceUnavailable)
            response.headers[.retryAfter] = "30"
            return response
        case .runtimeUnavailable: return try WorkerAnswer.error("runtime_unavailable", .serviceUnavailable)
        case .invalidRequest(let code): return try WorkerAnswer.error(code, .badRequest)
        case .attachmentRefused(let code):
            let isLimit = ["too_many_files", "file_too_large", "upload_too_large"].contains(code)
            return try WorkerAnswer.error(code, isLimit ? .contentTooLarge : .badRequest)
        case .snapshotRefused(let message): return try WorkerAnswer.error(message, .contentTooLarge)
        case .unreachable: return try WorkerAnswer.error("worker_unreachable", .badGateway)
        }
    }

    private static func response(to failure: WorkerFailure) throws -> Response {
        switch failure {
        case .cancelled: try WorkerAnswer.error("cancelled", .conflict)
        case .sessionLost: try WorkerAnswer.error("session_lost", .conflict)
        case .failed("metadata_generation_failed"): try WorkerAnswer.error("metadata_generation_failed", .badGateway)
        case .failed(let message): try WorkerAnswer.error(message, .internalServerError)
        }
    }
}
