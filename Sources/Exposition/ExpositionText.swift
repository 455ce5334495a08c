/// The pieces of the text format: names, labels, numbers.
enum ExpositionText {
    /// `[a-zA-Z_:][a-zA-Z0-9_:]*`; anything else becomes an underscore.
    static func name(_ label: String) -> String {
        Self.clean(label, allowsColon: true)
    }

    /// `a="x",b="y"` in the order of the names; without braces, so that `le` can be added.
    static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { (Self.clean($0.0, allowsColon: false), $0.1) }
            .sorted { $0.0 < $1.0 }
            .map { "\($0.0)=\"\(Self.escaped($0.1))\"" }
            .joined(separator: ",")
    }

    static func braced(_ labels: String) -> String {
        labels.isEmpty ? "" : "{\(labels)}"
    }

    static func header(_ name: String, kind: String, help: String?) -> String {
        let line = help.map { "# HELP \(name) \(Self.escaped($0, quotes: false))\n" }
        return (line ?? "") + "# TYPE \(name) \(kind)\n"
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return "\(value)"
    }

    private static func escaped(_ value: String) -> String {
        Self.escaped(value, quotes: true)
    }

    /// By scalars: as characters, a carriage return would hide the newline that follows it.
    private static func escaped(_ value: String, quotes: Bool) -> String {
        var text = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text.append(contentsOf: "\\\\".unicodeScalars)
            case "\"" where quotes: text.append(contentsOf: "\\\"".unicodeScalars)
            case "\n": text.append(contentsOf: "\\n".unicodeScalars)
            default: text.append(scalar)
            }
        }
        return String(text)
    }

    private static func clean(_ label: String, allowsColon: Bool) -> String {
        var name = ""
        for byte in label.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if name.isEmpty { name = "_" }
                name.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: ":") where allowsColon: name += ":"
            default: name += "_"
            }
        }
        return name.isEmpty ? "_" : name
    }
}
