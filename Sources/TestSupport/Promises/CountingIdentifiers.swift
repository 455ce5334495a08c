package import Domain
import Synchronization

extension IdentifierSource {
    /// Ids that count up from 1, the same in every run of a test.
    package static func counting() -> Self {
        let count = Count()
        return Self(bytes: RandomBytes { length in count.next(bytes: length) })
    }

    private final class Count: Sendable {
        private let value = Mutex<UInt64>(0)

        func next(bytes length: Int) -> [UInt8] {
            let number = self.value.withLock { value in
                value += 1
                return value
            }
            return (0..<length).map { index in
                let shift = (length - 1 - index) * 8
                return shift < 64 ? UInt8(truncatingIfNeeded: number >> UInt64(shift)) : 0
            }
        }
    }
}
