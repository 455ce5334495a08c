package import Foundation

/// A moment, kept to the millisecond; in JSON and in stored documents ISO-8601 UTC, `2026-01-31T08:15:00.250Z` (spec 01 §1).
///
/// The text form sorts as the moments do, so engines may compare it as text.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Whole milliseconds since 1970-01-01 UTC.
    package let milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package init(_ date: Date) {
        self.milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded(.down))
    }

    package init?(_ text: String) {
        guard let date = try? Date(text, strategy: Self.style) else { return nil }  // Not a timestamp: no value.
        self.milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded())
    }

    package var date: Date {
        Date(timeIntervalSince1970: Double(self.milliseconds) / 1000)
    }

    /// The ISO-8601 text.
    package var text: String {
        let (days, rest) = self.milliseconds.quotientAndRemainderFloored(86_400_000)
        let (year, month, day) = Self.civil(days)
        let seconds = rest / 1000
        return Self.pad(Int64(year), 4) + "-" + Self.pad(Int64(month), 2) + "-" + Self.pad(Int64(day), 2) + "T"
            + Self.pad(seconds / 3600, 2) + ":" + Self.pad(seconds / 60 % 60, 2) + ":" + Self.pad(seconds % 60, 2)
            + "." + Self.pad(rest % 1000, 3) + "Z"
    }

    package static func < (one: Self, other: Self) -> Bool {
        one.milliseconds < other.milliseconds
    }

    package func adding(_ duration: Duration) -> Self {
        let parts = duration.components
        return Self(milliseconds: self.milliseconds + parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000)
    }

    /// The time that has passed from `earlier` to this moment.
    package func since(_ earlier: Self) -> Duration {
        .milliseconds(self.milliseconds - earlier.milliseconds)
    }

    private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    /// Howard Hinnant's days-to-civil arithmetic; formatting by hand because lists format hundreds of these a request.
    private static func civil(_ days: Int64) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (Int(year), Int(month), Int(day))
    }

    private static func pad(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Timestamp: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let timestamp = Self(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "A time is ISO-8601 with milliseconds.")
            )
        }
        self = timestamp
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.text)
    }
}

extension Int64 {
    fileprivate func quotientAndRemainderFloored(_ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
