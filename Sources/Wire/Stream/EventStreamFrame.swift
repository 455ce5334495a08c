package import NIOCore

/// Frames of a server-sent event stream (WHATWG HTML, section 9.2).
package enum EventStreamFrame {
    /// `id: <sequence>` and the JSON, ready to be sent to every viewer.
    package static func data(_ json: ByteBuffer, id: Int?) -> ByteBuffer {
        var frame = ByteBuffer()
        frame.reserveCapacity(json.readableBytes + 32)
        if let id { frame.writeString("id: \(id)\n") }
        frame.writeStaticString("data: ")
        frame.writeImmutableBuffer(json)
        frame.writeStaticString("\n\n")
        return frame
    }

    /// The stream's end marker.
    package static let done = ByteBuffer(staticString: "data: [DONE]\n\n")
    /// Keeps proxies from closing a silent stream.
    package static let keepAlive = ByteBuffer(staticString: ": keep-alive\n\n")
    package static let open = ByteBuffer(staticString: ": ok\n\n")
}
