/// Where chance comes from; tests hand in a repeatable one.
package struct RandomBytes: Sendable {
    private let produce: @Sendable (Int) -> [UInt8]

    package init(_ produce: @escaping @Sendable (Int) -> [UInt8]) {
        self.produce = produce
    }

    /// `count` bytes that nobody can guess.
    package func take(_ count: Int) -> [UInt8] {
        self.produce(count)
    }

    /// The system's generator, fit for secrets.
    package static let live = Self { count in
        var generator = SystemRandomNumberGenerator()
        // Eight bytes at a time: each call asks the system.
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        while bytes.count < count {
            withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}

extension Sequence<UInt8> {
    /// The bytes as lowercase hexadecimal text.
    package var hexadecimal: String {
        var text: [UInt8] = []
        text.reserveCapacity(self.underestimatedCount * 2)
        for byte in self {
            text.append(Self.digit(byte >> 4))
            text.append(Self.digit(byte & 0x0F))
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? value + UInt8(ascii: "0") : value - 10 + UInt8(ascii: "a")
    }
}
