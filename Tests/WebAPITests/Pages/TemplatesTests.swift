import Foundation
import Testing
import WebGate
import WebUI

@Suite
struct TemplatesTests {
    private struct Model: Sendable {
        var name: String
    }

    @Test(arguments: [
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("\" autofocus onfocus=\"x", "&quot; autofocus onfocus=&quot;x"),
        ("a & b", "a &amp; b"),
    ])
    func textIsEscaped(_ text: String, _ shown: String) throws {
        let templates = try Templates(sources: ["page": "<p title=\"{{name}}\">{{name}}</p>"])
        #expect(try templates.render("page", Model(name: text)) == "<p title=\"\(shown)\">\(shown)</p>")
    }

    @Test
    func aMissingPartialStopsTheStart() {
        #expect(throws: TemplateError.missingPartial(name: "parts/gone", in: "page")) {
            try Templates(sources: ["page": "{{> parts/gone }}"])
        }
    }

    @Test
    func aBrokenTemplateStopsTheStart() {
        #expect(throws: TemplateError.self) { try Templates(sources: ["page": "{{#open}}"]) }
    }

    @Test
    func anUnknownTemplateIsAFault() throws {
        let templates = try Templates(sources: [:])
        #expect(throws: TemplateError.unknown(name: "page")) { try templates.render("page", Model(name: "")) }
    }

    @Test
    func theCatalogueServesNoTemplateAndNothingFromElsewhere() throws {
        let catalog = try AssetCatalog(folder: WebFolder.url)
        #expect(catalog.asset(at: "styles/base.css")?.mediaType == "text/css; charset=utf-8")
        #expect(catalog.asset(at: "modules/boot.js")?.mediaType == "text/javascript; charset=utf-8")
        for path in ["templates/document.mustache", "../Package.swift", "styles/../styles/base.css", "", "styles"] {
            #expect(catalog.asset(at: path) == nil, "\(path)")
        }
        #expect(catalog.hash == (try AssetCatalog(folder: WebFolder.url)).hash)
        #expect(catalog.hash.count == 16)
    }

    @Test
    func pagesForbidInlineScriptAndEverythingFromElsewhere() {
        let policy = PageSecurity.contentPolicy
        #expect(policy.hasPrefix("default-src 'none'"))
        #expect(!policy.contains("unsafe"))
        #expect(!policy.contains("http"))
    }
}
