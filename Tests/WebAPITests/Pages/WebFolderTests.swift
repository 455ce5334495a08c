import Foundation
import Testing
import WebUI

/// What holds for every template, style and module that ships.
@Suite
struct WebFolderTests {
    @Test
    func everyTemplateCanBeRead() throws {
        let templates = try Templates(folder: WebFolder.url.appendingPathComponent("templates"))
        #expect(templates.names.contains("document"))
        #expect(templates.names.contains("home/home"))
    }

    @Test
    func noTemplateCarriesScriptOrStyle() throws {
        for url in try WebFolder.files(below: "templates", ending: ".mustache") {
            let text = try WebFolder.text(url)
            let inline = try Regex(
                #"<script(?!(?: type="module")? src=| type="application/json")|<style|\sstyle\s*=|\son[a-z]+\s*=|javascript:"#
            )
            #expect(text.firstMatch(of: inline) == nil, "\(url.lastPathComponent)")
        }
    }

    @Test
    func onlyFramesShowMarkupUnescaped() throws {
        let frames = ["document", "shell", "frame"]
        for url in try WebFolder.files(below: "templates", ending: ".mustache") {
            // Data for the app page is JSON whose `<` is written as an escape; its model sees to that.
            let text = try WebFolder.text(url)
                .replacing(#"<script type="application/json" id="bootstrap">{{{bootstrapJSON}}}</script>"#, with: "")
            let raw = text.components(separatedBy: "{{{").dropFirst()
            #expect(raw.allSatisfy { $0.hasPrefix("content}}}") }, "\(url.lastPathComponent)")
            let name = url.deletingPathExtension().lastPathComponent
            #expect(raw.isEmpty || frames.contains(name), "\(url.lastPathComponent)")
        }
    }

    @Test
    func everyImportOfAModuleIsThere() throws {
        let catalog = try AssetCatalog(folder: WebFolder.url)
        let root = WebFolder.url.appendingPathComponent("modules").path + "/"
        for url in try WebFolder.files(below: "modules", ending: ".js") {
            let imports = try WebFolder.text(url)
                .matches(of: try Regex(#"(?:from|import)\s*\(?\s*"(\.[^"]+\.js)""#, as: (Substring, Substring).self))
            for found in imports {
                let target = URL(fileURLWithPath: String(found.1), relativeTo: url.deletingLastPathComponent())
                    .standardizedFileURL.path
                let name = String(target.dropFirst(root.count).dropLast(".js".count))
                #expect(catalog.hasModule(name), "\(url.lastPathComponent) imports \(found.1)")
            }
        }
    }

    @Test
    func everyModuleThatATemplateNamesIsThere() throws {
        let catalog = try AssetCatalog(folder: WebFolder.url)
        for url in try WebFolder.files(below: "templates", ending: ".mustache") {
            let named = try WebFolder.text(url)
                .matches(of: try Regex(#"data-module="([^"]+)""#, as: (Substring, Substring).self))
            for name in named.flatMap({ $0.1.split(separator: " ") }) {
                #expect(catalog.hasModule(String(name)), "\(url.lastPathComponent) names \(name)")
            }
        }
    }

    @Test
    func everyIconThatIsNamedIsInTheSprite() throws {
        let sprite = try WebFolder.text(WebFolder.url.appendingPathComponent("icons.svg"))
        for url in try WebFolder.files(below: "templates", ending: ".mustache") {
            let named = try WebFolder.text(url)
                .matches(of: try Regex(##"icons\.svg#([a-z-]+)"##, as: (Substring, Substring).self))
            for name in named.map(\.1) {
                #expect(sprite.contains("<symbol id=\"\(name)\""), "\(url.lastPathComponent) shows \(name)")
            }
        }
    }
}
