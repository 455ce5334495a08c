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
        if let milliseconds = Self.plain(text) {
            self.milliseconds = milliseconds
            return
        }
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
        guard (0...9999).contains(year) else { return self.date.formatted(Self.style) }
        let seconds = Int(rest / 1000)
        return String(unsafeUninitializedCapacity: Self.length) { bytes in
            var position = 0
            func write(_ number: Int, _ width: Int, _ mark: Character) {
                var number = number
                for index in stride(from: position + width - 1, through: position, by: -1) {
                    bytes[index] = UInt8(48 + number % 10)
                    number /= 10
                }
                bytes[position + width] = mark.asciiValue ?? 0
                position += width + 1
            }
            write(year, 4, "-")
            write(month, 2, "-")
            write(day, 2, "T")
            write(seconds / 3600, 2, ":")
            write(seconds / 60 % 60, 2, ":")
            write(seconds % 60, 2, ".")
            write(Int(rest % 1000), 3, "Z")
            return position
        }
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

    private static let length = 24

    /// Reads the form that `text` writes by hand, because a stored document has several.
    ///
    /// Other forms, and days that not every year has, are for Foundation.
    private static func plain(_ text: String) -> Int64? {
        var text = text
        return text.withUTF8 { bytes -> Int64? in
            guard bytes.count == Self.length else { return nil }
            for (index, mark) in [(4, 45), (7, 45), (10, 84), (13, 58), (16, 58), (19, 46), (23, 90)] as [(Int, UInt8)]
            {
                guard bytes[index] == mark else { return nil }
            }
            func number(_ range: Range<Int>) -> Int64? {
                var value: Int64 = 0
                for index in range {
                    guard (48...57).contains(bytes[index]) else { return nil }
                    value = value * 10 + Int64(bytes[index] - 48)
                }
                return value
            }
            guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
                let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
                let millisecond = number(20..<23), year >= 1970, (1...12).contains(month), day >= 1,
                day <= Self.lastCommonDay(of: month),
                hour < 24, minute < 60, second < 60
            else { return nil }
            let seconds = (Self.days(year, month, day) * 24 + hour) * 3600 + minute * 60 + second
            return seconds * 1000 + millisecond
        }
    }

    /// The last day that the month has in every year.
    private static func lastCommonDay(of month: Int64) -> Int64 {
        switch month {
        case 2: 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The inverse of `civil`.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
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
