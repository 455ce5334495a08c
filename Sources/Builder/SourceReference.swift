/// References from one file of an app to another.
enum SourceReference {
    /// The path from the app's root that a relative reference in `file` leads to; `nil` when it leads out of the app,
    /// or is none.
    static func resolve(_ reference: String, from file: String) -> String? {
        guard !reference.hasPrefix("/") else { return nil }
        var segments = file.split(separator: "/").dropLast().map(String.init)
        for segment in reference.split(separator: "/") where segment != "." {
            if segment == ".." {
                guard segments.popLast() != nil else { return nil }
            } else {
                segments.append(String(segment))
            }
        }
        return segments.joined(separator: "/")
    }
}
