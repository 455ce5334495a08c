/// Ways in which a page can reach somebody, as code that a hostile app would contain.
///
/// In `code`, `U` is an address of the attempt's own listener, and `add(name, attributes, text)` puts an element into
/// the document. Which of them Chromium carries out at all was measured with a page without any policy.
struct Attack: Sendable {
    enum Kind: Sendable, Equatable {
        /// Leaves the page as it is; all of these run in one page.
        case quiet
        /// Opens a window, which is what the switch for external links allows.
        case window
        /// Replaces the page, or may: these run in a page of their own.
        case departure
        /// Only looks a name up, which the browser's own log of the network tells.
        case lookup
    }

    let name: String
    let kind: Kind
    /// Whether it reaches the canary from a page without a policy, in a frame.
    let isCarriedOut: Bool
    let code: String

    private init(_ name: String, isCarriedOut: Bool = true, _ code: String) {
        self.name = name
        self.kind = .quiet
        self.isCarriedOut = isCarriedOut
        self.code = code
    }

    private init(_ name: String, _ kind: Kind, _ code: String) {
        self.name = name
        self.kind = kind
        self.isCarriedOut = true
        self.code = code
    }

    /// The name that the attempt of kind `lookup` looks up; nobody has names below `test` (RFC 6761).
    static let lookupName = "lookup.canary.test"

    static let all: [Self] = [
        scripted, requests, usedHints, idleHints, hints, styles, elements, servers, peers, windows, departures,
    ].flatMap(\.self)

    private static let scripted: [Self] = [
        .init("fetch", "fetch(U, { mode: 'no-cors' })"),
        .init("keepalive", "fetch(U, { mode: 'no-cors', keepalive: true, method: 'POST', body: 'x' })"),
        .init("fetch-later", "fetchLater(U, { activateAfter: 0 })"),
        .init("xhr", "r = new XMLHttpRequest(); r.open('GET', U); r.send()"),
        .init("beacon", "navigator.sendBeacon(U, 'x')"),
        .init("websocket", "new WebSocket(U.replace('http', 'ws'))"),
        .init("websocket-stream", "new WebSocketStream(U.replace('http', 'ws'))"),
        .init("eventsource", "new EventSource(U)"),
        .init("webtransport", isCarriedOut: false, "new WebTransport(U.replace('http:', 'https:'))"),
        .init("import", "import(U)"),
        .init(
            "import-map",
            "add('script', { type: 'importmap' }, JSON.stringify({ imports: { zz: U } })); import('zz')"
        ),
        .init("worker", isCarriedOut: false, "new Worker(U)"),
        .init("blob-worker", "new Worker(URL.createObjectURL(new Blob([`fetch('${U}', { mode: 'no-cors' })`])))"),
        .init("blob-import", "new Worker(URL.createObjectURL(new Blob([`importScripts('${U}')`])))"),
        .init(
            "data-worker",
            "new Worker('data:text/javascript,' + encodeURIComponent(`fetch('${U}', { mode: 'no-cors' })`))"
        ),
        .init(
            "shared-worker",
            "new SharedWorker(URL.createObjectURL(new Blob([`fetch('${U}', { mode: 'no-cors' })`])))"
        ),
        .init("service-worker", isCarriedOut: false, "navigator.serviceWorker.register(U)"),
        .init("audio-worklet", "new AudioContext().audioWorklet.addModule(U)"),
        .init("paint-worklet", "CSS.paintWorklet.addModule(U)"),
        .init(
            "payment",
            "new PaymentRequest([{ supportedMethods: U }], { total: { label: 'x', amount: { currency: 'EUR', "
                + "value: '1' } } }).canMakePayment()"
        ),
    ]

    private static let requests: [Self] = [
        .init("image", "new Image().src = U"),
        .init("script", "add('script', { src: U })"),
        .init("audio", "new Audio(U).play()"),
        .init("video", "add('video', { src: U, autoplay: '' })"),
        .init("poster", "add('video', { poster: U })"),
        .init("picture", "markup(`<picture><source srcset='${U}'><img srcset='${U} 1x'></picture>`)"),
        .init("svg-image", "markup(`<svg><image href='${U}'/><use href='${U}#a'/></svg>`)"),
        .init(
            "svg-filter",
            "markup(`<svg width=9 height=9><filter id=f><feImage href='${U}'/></filter><rect width=9 "
                + "height=9 filter='url(#f)'/></svg>`)"
        ),
        .init("input-image", "add('input', { type: 'image', src: U })"),
        .init("background", "document.body.setAttribute('background', U)"),
        .init("ping", "add('a', { href: '#ping', ping: U }).click()"),
    ]

    /// What browsers do in advance.
    private static let usedHints: [Self] = [
        "prefetch", "preconnect", "stylesheet", "modulepreload", "compression-dictionary",
    ].map { rel in Self(rel, "add('link', { rel: '\(rel)', href: U })") }

    private static let idleHints: [Self] = ["prerender", "icon", "manifest", "apple-touch-icon"].map { rel in
        Self(rel, isCarriedOut: false, "add('link', { rel: '\(rel)', href: U })")
    }

    private static let hints: [Self] = [
        .init("preconnect-anonymous", "add('link', { rel: 'preconnect', href: U, crossorigin: '' })"),
        .init("preconnect-markup", "markup(`<link rel=preconnect href='${U}'>`)"),
        .init(
            "preconnect-shadow",
            "add('div', {}).attachShadow({ mode: 'open' }).innerHTML = `<link rel=preconnect href='${U}'>`"
        ),
        .init("preload-image", "add('link', { rel: 'preload', as: 'image', href: U })"),
        .init("preload-font", "add('link', { rel: 'preload', as: 'font', crossorigin: '', href: U })"),
        .init("preload-fetch", "add('link', { rel: 'preload', as: 'fetch', crossorigin: '', href: U })"),
        .init(
            "speculation",
            isCarriedOut: false,
            "add('script', { type: 'speculationrules' }, JSON.stringify({ prefetch: [{ source: 'list', urls: "
                + "[U], eagerness: 'immediate' }] }))"
        ),
        .init("lookup", .lookup, "add('link', { rel: 'dns-prefetch', href: 'http://\(lookupName)/' })"),
    ]

    private static let styles: [Self] = [
        .init("css-import", "add('style', {}, `@import url('${U}');`)"),
        .init("css-background", "add('style', {}, `body { background: url('${U}') }`)"),
        .init("css-cursor", "add('style', {}, `body { cursor: url('${U}'), auto }`)"),
        .init("css-mask", "add('style', {}, `body { mask-image: url('${U}') }`)"),
        .init("css-content", "add('style', {}, `body::before { content: url('${U}') }`)"),
        .init("font", "new FontFace('Y', `url('${U}')`).load()"),
    ]

    private static let elements: [Self] = [
        .init("frame", "add('iframe', { src: U })"),
        .init("frame-srcdoc", "add('iframe', { srcdoc: `<img src='${U}'><link rel=preconnect href='${U}'>` })"),
        .init("frame-blank", "add('iframe', {}).contentDocument.body.innerHTML = `<img src='${U}'>`"),
        .init("frame-data", "add('iframe', { src: `data:text/html,<script>location='${U}'</scr` + `ipt>` })"),
        .init(
            "frame-blob",
            "add('iframe', { src: URL.createObjectURL(new Blob([`<script>location='${U}'</scr` + `ipt>`], { "
                + "type: 'text/html' })) })"
        ),
        .init("frame-script", "add('iframe', { src: `javascript:location='${U}'` })"),
        .init("object", "add('object', { data: U })"),
        .init("embed", "add('embed', { src: U })"),
    ]

    private static let servers: [Self] = ["turn", "turns"].map { scheme in
        Self(
            scheme,
            """
            p = new RTCPeerConnection({ iceServers: [{ urls: '\(scheme):' + new URL(U).host + '?transport=tcp', \
            username: 'a', credential: 'b' }] }); p.createDataChannel('x'); \
            p.createOffer().then((o) => p.setLocalDescription(o))
            """
        )
    }

    private static let peers: [Self] = [
        .init(
            "ice-candidate",
            """
            p2 = new RTCPeerConnection(); p2.createDataChannel('x'); p2.createOffer().then(async (o) => { \
            await p2.setLocalDescription(o); q = new RTCPeerConnection(); await q.setRemoteDescription(p2.localDescription); \
            a = await q.createAnswer(); await q.setLocalDescription(a); await p2.setRemoteDescription(a); \
            p2.addIceCandidate({ candidate: 'candidate:1 1 tcp 1518280447 127.0.0.1 ' + new URL(U).port + \
            ' typ host tcptype passive', sdpMid: '0', sdpMLineIndex: 0 }) })
            """
        )
    ]

    private static let windows: [Self] = [
        .init("open", .window, "window.open(U)"),
        .init("open-noopener", .window, "window.open(U, '_blank', 'noopener')"),
        .init("link-window", .window, "add('a', { href: U, target: '_blank' }).click()"),
        .init(
            "area-window",
            .window,
            "markup(`<map><area id=area href='${U}' target=_blank></map>`); "
                + "document.getElementById('area').click()"
        ),
    ]

    private static let departures: [Self] = [
        .init("location", .departure, "location.href = U"),
        .init("location-replace", .departure, "location.replace(U)"),
        .init("navigation", .departure, "navigation.navigate(U)"),
        .init("refresh", .departure, "add('meta', { 'http-equiv': 'refresh', content: '0;url=' + U })"),
        .init("link", .departure, "add('a', { href: U }).click()"),
        .init("link-top", .departure, "add('a', { href: U, target: '_top' }).click()"),
        .init("base", .departure, "add('base', { href: U }); add('img', { src: 'x' })"),
        .init("form", .departure, "add('form', { action: U, method: 'post' }).submit()"),
        .init("form-get", .departure, "add('form', { action: U }).submit()"),
        .init(
            "form-button",
            .departure,
            "f = add('form', {}); b = document.createElement('button'); b.setAttribute('formaction', U); "
                + "f.append(b); b.click()"
        ),
        .init("form-top", .departure, "add('form', { action: U, target: '_top' }).submit()"),
        .init("form-window", .departure, "add('form', { action: U, target: '_blank' }).submit()"),
        .init("top", .departure, "top.location.href = U"),
        .init("parent", .departure, "parent.location.replace(U)"),
    ]
}

extension Attack {
    /// Attempts that need no script, by the name of their listener.
    static let written: [(name: String, markup: @Sendable (String) -> String)] = [
        ("written-image", { "<img alt=\"\" src=\"\($0)\">" }),
        ("written-preconnect", { "<link rel=\"preconnect\" href=\"\($0)\">" }),
        ("written-prefetch", { "<link rel=\"prefetch\" href=\"\($0)\">" }),
        ("written-style", { "<link rel=\"stylesheet\" href=\"\($0)\">" }),
        ("written-frame", { "<iframe src=\"\($0)\"></iframe>" }),
        ("written-object", { "<object data=\"\($0)\"></object>" }),
        ("written-background", { "<p style=\"background: url(\($0))\">x</p>" }),
    ]

    static var names: [String] { self.all.map(\.name) + self.written.map(\.name) }

    static func named(_ kinds: Kind...) -> [String] {
        self.all.filter { kinds.contains($0.kind) }.map(\.name)
    }

    /// The markup of all attempts that need no script.
    static func markup(for canary: Canary) -> String {
        self.written.map { $0.markup(canary.address(of: $0.name) + "/" + $0.name) }.joined(separator: "\n")
    }

    /// A script that makes the attempt that the page's fragment names, and then says so in `data-tried`; `all` makes
    /// all that leave the page in place.
    static func script(for canary: Canary) -> String {
        let attempts = self.all.map { attempt in
            "  \"\(attempt.name)\": async (U) => { \(attempt.code) },"
        }
        let addresses = self.all.map { "  \"\($0.name)\": \"\(canary.address(of: $0.name))/\($0.name)\"," }
        let quiet = self.named(.quiet, .window, .lookup).map { "\"\($0)\"" }.joined(separator: ", ")
        return """
            const attempts = {
            \(attempts.joined(separator: "\n"))
            };
            const addresses = {
            \(addresses.joined(separator: "\n"))
            };
            const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
            const make = (name) => attempts[name](addresses[name]).catch(() => undefined);
            function markup(text) { document.body.insertAdjacentHTML("beforeend", text); }
            function add(name, attributes, text) {
              const node = document.createElement(name);
              for (const key in attributes) node.setAttribute(key, attributes[key]);
              if (text) node.textContent = text;
              (["link", "style", "script", "meta", "base"].includes(name) ? document.head : document.body).append(node);
              return node;
            }
            async function attack() {
              const name = decodeURIComponent(location.hash.slice(1));
              if (name === "all") {
                for (const each of [\(quiet)]) { make(each); await pause(20); }
                await pause(1500);
              } else if (name in attempts) {
                make(name);
                await pause(300);
              } else return;
              document.documentElement.dataset.tried = name;
            }
            addEventListener("hashchange", attack);
            addEventListener("load", attack);

            """
    }
}
