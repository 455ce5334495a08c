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
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

extension Sequence<UInt8> {
    /// The bytes as lowercase hexadecimal text.
    package var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(self.underestimatedCount * 2)
        for byte in self {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0x0F)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
