import Exposition
import Hummingbird
import Logging
import NIOCore

/// Tells the metrics at `GET /metrics` of a port of its own, which only the inside of a network reaches.
enum MetricsServer {
    static func make(_ exposition: Exposition, at address: MetricsAddress, logger: Logger) -> some ApplicationProtocol {
        let router = Router()
        router.get("/metrics") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: Exposition.contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: exposition.text()))
            )
        }
        return Application(
            router: router,
            configuration: .init(address: .hostname(address.host, port: address.port), serverName: nil),
            logger: logger
        )
    }
}
