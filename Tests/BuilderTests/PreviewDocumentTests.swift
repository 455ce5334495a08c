import Foundation
import Testing

@testable import Builder

@Suite struct PreviewDocumentTests {
    private func make(_ html: String, policy: String = "default-src 'none'") -> String {
        String(decoding: PreviewDocument.make(index: Data(html.utf8), policy: policy), as: UTF8.self)
    }

    private static let head =
        #"<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src 'none'">"#
        + #"<meta charset="utf-8"><script src="__second/bridge.js"></script>"#

    @Test(arguments: [
        "<!doctype html><html><head><title>x</title></head><body></body></html>",
        "", "plain text", "<", "<script>", "<!--", "<!-- <head>", "<head", "</head><head>", "<svg><head>",
        "<plaintext>",
        "<script>document.write('<head>')</script>", "\u{0}<html>", "<title><head></title>", "<noscript><head>",
        "<meta http-equiv=Content-Security-Policy content=\"default-src *\">", "<template><head></template>",
    ])
    func nothingOfTheAppComesBeforeThePolicy(_ html: String) {
        #expect(self.make(html).hasPrefix(Self.head))
    }

    @Test func aByteOrderMarkDoesNotSlipBefore() {
        let document = PreviewDocument.make(index: Data([0xEF, 0xBB, 0xBF]) + Data("<p>".utf8), policy: "x")
        #expect(document.starts(with: Data("<!doctype".utf8)))
        #expect(document.range(of: Data([0xEF, 0xBB, 0xBF])) == nil)
    }

    @Test func thePolicyCannotLeaveItsAttribute() {
        let document = self.make("", policy: #"a"><script>alert(1)</script>&"#)
        #expect(document.contains(#"content="a&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&amp;">"#))
    }

    @Test func rootedReferencesBecomeRelative() {
        let document = self.make(
            #"<link rel=icon href=/a.svg><img src='/b.png?x#y'><script src="/c.js"></script><img src="//other/x">"#
                + #"<a href="/d">d</a><img src="e.png"><script>x = '<img src="/f.png">'</script><!-- <img src="/g.png"> -->"#
        )
        for expected in [
            "href=./a.svg", "src='./b.png?x#y'", #"src="./c.js""#, #"src="//other/x""#, #"href="/d""#, #"src="e.png""#,
            #"src="/f.png""#, #"src="/g.png""#,
        ] {
            #expect(document.contains(expected))
        }
    }

    @Test(arguments: [
        "<link rel=preconnect href=//x>", "<LINK REL='icon\tDNS-Prefetch' href=//x>",
        "<link href=//x rel=\"prefetch\">",
        "<link rel=prerender href=//x>", "<link rel=\"preconnec&#116;\" href=//x>",
        "<meta http-equiv=refresh content='0;url=//x'>", "<meta HTTP-EQUIV=\" Refresh \" content='0;url=//x'>",
        "<noscript></noscript><link rel=preconnect rel=icon href=//x>",
    ])
    func whatReachesOutByItselfLosesItsMeaning(_ html: String) {
        let document = self.make(html).dropFirst(Self.head.count).lowercased()
        #expect(document.contains("disabled"))
        for word in ["preconnec", "dns-prefetch", "prefetch", "prerender", "refresh"] {
            #expect(!document.contains(word), "\(document)")
        }
    }

    @Test(arguments: ["<link rel=stylesheet href=a.css>", "<meta http-equiv=x-ua-compatible content=refresh>"])
    func otherLinksStay(_ html: String) {
        #expect(self.make(html).hasSuffix(html))
    }

    @Test func bytesThatAreNoTextStay() {
        let bytes = Data([0x3C, 0x70, 0x3E, 0xFF, 0xFE, 0x00])
        #expect(PreviewDocument.make(index: bytes, policy: "x").suffix(6) == bytes)
    }

    @Test(arguments: ["<a b='", "<a ", "<", "<!--", "<script>", "</", "<a b=", "<!-", "<title></titl", "<a b>"])
    func aHostileDocumentTakesNoTime(_ part: String) {
        let hostile = String(repeating: part, count: 100_000 / part.utf8.count)
        let start = Self.processorTime()
        _ = self.make(hostile)
        #expect(Self.processorTime() - start < .seconds(5))
    }

    /// What this thread has had of a processor: what else runs on the machine does not count.
    private static func processorTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }
}

@Suite struct EntryDocumentTests {
    private let sources: Set<String> = ["src/main.tsx", "src/other.ts", "src/index.css", "public/icon.svg"]

    private func entry(_ html: String) -> EntryDocument {
        EntryDocument(Data(html.utf8)) { self.sources.contains($0) }
    }

    @Test func sourcesAreReplacedByBuiltFiles() {
        let entry = self.entry(
            """
            <!doctype html><html><head><link rel="icon" href="/icon.svg"><link rel=stylesheet href=/src/index.css></head>
            <body><div id="root"></div><script type="module" src="/src/main.tsx"></script></body></html>
            """
        )
        #expect(entry.problems.isEmpty)
        #expect(entry.stylesheets == ["src/index.css"])
        let built = String(decoding: entry.built(script: "assets/m.js", stylesheet: "assets/m.css"), as: UTF8.self)
        #expect(built.contains(#"<script type="module" crossorigin src="./assets/m.js"></script>"#))
        #expect(built.contains(#"<link rel="stylesheet" href="./assets/m.css">"#))
        #expect(built.contains(#"href="./icon.svg""#))
        #expect(!built.contains("/src/"))
        let head = built.components(separatedBy: "</head>").first
        #expect(head?.contains("m.css") == true)
    }

    @Test(arguments: ["src/main.tsx", "./src/main.tsx", "/src/main.tsx?x", "/src/../src/main.tsx"])
    func theEntryIsFoundHoweverItIsWritten(_ reference: String) {
        #expect(self.entry("<script type=module src='\(reference)'></script>").problems.isEmpty)
    }

    @Test(arguments: [
        "", "<!-- <script src=/src/main.tsx></script> -->", "<script>'<script src=/src/main.tsx>'</script>",
        "<script src=https://x.example/src/main.tsx></script>", "<script src=/main.tsx></script>",
    ])
    func aPageWithoutTheEntryIsAProblem(_ html: String) {
        #expect(self.entry(html).problems.first?.message.contains("src=\"/src/main.tsx\"") == true)
    }

    @Test func aSecondSourceScriptIsAProblem() {
        let entry = self.entry("<script src=/src/other.ts></script><script type=module src=/src/main.tsx></script>")
        #expect(entry.problems.map(\.message).first?.contains("src/other.ts") == true)
    }
}
