package import Foundation
import Mustache

/// The page templates, all parsed at start; a broken one keeps the server from starting.
///
/// A template is named by its path below the folder without its ending: `onboarding/identity`. Text is escaped for HTML
/// unless a template asks otherwise with three braces, which only the frames do, for markup that we rendered ourselves.
package struct Templates: Sendable {
    private let library: MustacheLibrary
    package let names: [String]

    /// - Throws: `TemplateError`, and what reading the folder throws.
    package init(folder: URL) throws {
        var sources: [String: String] = [:]
        for (path, url) in try FolderListing.files(in: folder) where path.hasSuffix(".mustache") {
            sources[String(path.dropLast(".mustache".count))] = try String(contentsOf: url, encoding: .utf8)
        }
        try self.init(sources: sources)
    }

    package init(sources: [String: String]) throws(TemplateError) {
        var templates: [String: MustacheTemplate] = [:]
        for (name, source) in sources {
            do {
                templates[name] = try MustacheTemplate(string: source)
            } catch {
                throw .unreadable(name: name, reason: String(describing: error))
            }
            for partial in Self.partials(in: source) where sources[partial] == nil {
                throw .missingPartial(name: partial, in: name)
            }
        }
        self.library = MustacheLibrary(templates: templates)
        self.names = templates.keys.sorted()
    }

    /// The template filled from the model's stored properties, private ones too: models hold nothing that a page may not
    /// show.
    package func render(_ name: String, _ model: some Sendable) throws(TemplateError) -> String {
        guard let text = self.library.render(model, withTemplate: name) else { throw .unknown(name: name) }
        return text
    }

    /// The names after `{{>`: the library would draw nothing for one that is missing.
    private static func partials(in source: String) -> [String] {
        source.components(separatedBy: "{{>").dropFirst().compactMap { rest in
            guard let end = rest.range(of: "}}") else { return nil }
            return rest[..<end.lowerBound].trimmingCharacters(in: .whitespaces)
        }
    }
}

package enum TemplateError: Error, Sendable, Equatable {
    case unreadable(name: String, reason: String)
    case missingPartial(name: String, in: String)
    case unknown(name: String)
}
