import Domain
import Foundation

/// The app's `index.html`: what it loads, and how it reads once that is built.
struct EntryDocument {
    static let path = "index.html"
    static let script = "src/main.tsx"

    private let bytes: [UInt8]
    private let entry: HTMLTags.Tag?
    private let headEnd: Int?
    private let links: [HTMLTags.Tag]
    private let rooted: [(Range<Int>, String)]

    /// Stylesheets of the sources that the document links to, in order.
    let stylesheets: [String]
    let problems: [BuildProblem]

    /// `sources` answers whether the app has a file, relative to its root.
    init(_ document: Data, hasSource: (String) -> Bool) {
        self.bytes = Array(document)
        var entry: HTMLTags.Tag?
        var headEnd: Int?
        var links: [HTMLTags.Tag] = []
        var stylesheets: [String] = []
        var rooted: [(Range<Int>, String)] = []
        var problems: [BuildProblem] = []

        for tag in HTMLTags(self.bytes) {
            if tag.isEnd {
                if tag.name == "head", headEnd == nil { headEnd = tag.range.lowerBound }
                continue
            }
            let attribute = tag.attribute("src") ?? tag.attribute("href")
            guard tag.name != "a", tag.name != "base", let attribute else { continue }
            let reference = HTMLReference(attribute.value)
            if tag.name == "script", reference.path == Self.script, entry == nil {
                entry = tag
            } else if tag.name == "script", let path = reference.path, hasSource(path), !hasSource("public/" + path) {
                problems.append(
                    BuildProblem(
                        .checks,
                        "index.html loads \(path); only \(Self.script) is bundled. Import \(path) from there.",
                        file: Self.path
                    )
                )
            } else if tag.name == "link", tag.attribute("rel")?.value.lowercased() == "stylesheet",
                let path = reference.path, hasSource(path), !hasSource("public/" + path)
            {
                links.append(tag)
                stylesheets.append(path)
            } else if let relative = reference.relative {
                rooted.append((attribute.valueRange, relative))
            }
        }
        if entry == nil {
            problems.append(
                BuildProblem(
                    .checks,
                    #"index.html does not load the app: it needs <script type="module" src="/src/main.tsx"></script>."#,
                    file: Self.path
                )
            )
        }
        self.entry = entry
        self.headEnd = headEnd
        self.links = links
        self.stylesheets = stylesheets
        self.rooted = rooted
        self.problems = problems
    }

    /// The document with the built files in the places of the sources; paths are relative to `dist`.
    func built(script: String, stylesheet: String?) -> Data {
        guard let entry else { return Data(self.bytes) }
        var edits = HTMLEdits()
        for (range, relative) in self.rooted { edits.replace(range, with: relative) }
        for link in self.links { edits.replace(link.range, with: "") }
        var scriptTag = #"<script type="module" crossorigin src="./\#(script)">"#
        if let stylesheet {
            let link = #"<link rel="stylesheet" href="./\#(stylesheet)">"#
            if let headEnd, headEnd <= entry.range.lowerBound {
                edits.replace(headEnd..<headEnd, with: "  \(link)\n  ")
            } else {
                scriptTag = link + scriptTag
            }
        }
        edits.replace(entry.range, with: scriptTag)
        return Data(edits.applied(to: self.bytes))
    }
}
