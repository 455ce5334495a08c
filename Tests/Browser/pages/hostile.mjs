// Text that wants to be markup, that wants to hide, and that wants to keep the browser busy, in everything that draws text.

import assert from "node:assert/strict";

const bidi = "\u202e\u2066\u200fgnp.exe\u2069";
const texts = [
  "<img src=x onerror=\"globalThis.hit=1\"><script>globalThis.hit=1</script><style>*{display:none}</style>",
  "\"><svg onload=globalThis.hit=1><a href=javascript:globalThis.hit=1 id=main name=forms class=\"shell\" style=\"position:fixed\">x</a>",
  "[a](javascript:globalThis.hit=1) [b](data:text/html,<script>1</script>) [c](JAVASCRIPT&colon;x) <https://evil.example> ![i](https://evil.example/i.png)",
  "[x](https://e.example/\"onmouseover=\"globalThis.hit=1) `<b onclick=x>` ```\n<iframe srcdoc=x>\n```",
  "```js\"onclick=globalThis.hit=1\n</code></pre><object data=x>\n```",
  "| <u>h</u> | b |\n|-|-|\n| <input autofocus onfocus=globalThis.hit=1> | x |\n\n> <form action=x>\n- <button formaction=x>",
  `${bidi} **${bidi}** \`${bidi}\` [${bidi}](https://e.example/${bidi})`,
  "\u001b[31mred\u001b]8;;javascript:globalThis.hit=1\u0007link\u001b]8;;\u0007\u001b[<b>x\u0000\u0007",
  `${"W".repeat(20_000)}`,
  "__proto__ constructor <template><slot></template> <math><mi xlink:href=javascript:1>",
];

/** Names and attributes that our own drawing uses; whatever else stands in it came out of a text. */
const own = {
  names: `a article bdi blockquote br button code del details div em figcaption figure form h2 h3 h4 h5 h6 hr input label li ol p pre section
    small span strong summary svg table tbody td textarea th thead tr ul use h1 time header ins i b kbd`.trim().split(/\s+/),
  attributes: `aria-atomic aria-busy aria-keyshortcuts aria-orientation aria-valuemax aria-valuemin aria-valuenow aria-valuetext aria-checked aria-controls aria-current aria-describedby aria-expanded aria-hidden aria-label aria-labelledby aria-level
    aria-live aria-pressed aria-selected autocomplete class colspan data-act data-changed data-current data-drawn data-feature data-folder data-hue data-index data-key
    data-kind data-line data-msg-id data-part data-path data-role data-state data-testid data-tool dir disabled download for hidden href id maxlength name open
    placeholder rel role rows scope start style tabindex target title type value`.trim().split(/\s+/),
};

const inspect = async (own, selector) => {
  const bad = [];
  for (const node of document.querySelectorAll(`${selector} *`)) {
    const name = node.localName;
    if (!own.names.includes(name)) bad.push(`<${name}>`);
    for (const { name: key, value } of node.attributes) {
      if (!own.attributes.includes(key) || key.startsWith("on")) bad.push(`${name}[${key}]`);
      if (key === "href" && name === "a" && !/^(https?:|mailto:|\/api\/|\?)/.test(value)) bad.push(value);
      if (key === "style" && !/^(--depth: ?\d+|--file-side: ?\d+px);?$/.test(value)) bad.push(value);
      if (key === "id" && ["main", "bootstrap"].includes(value)) bad.push(`id=${value}`);
      if (key === "class" && /\bshell\b/.test(value)) bad.push(`class=${value}`);
    }
  }
  // Whatever would have run has had its chance.
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  return { bad: [...new Set(bad)], hit: globalThis.hit ?? 0, width: document.documentElement.scrollWidth };
};

const partsOf = (text) => [
  { type: "text", text, state: "done" },
  { type: "text", text, state: "streaming" },
  { type: "reasoning", text, state: "done" },
  ...["Write", "Edit", "MultiEdit", "NotebookEdit", "Read", "Glob", "Grep", "Bash", "WebSearch", "WebFetch", "Skill", "ToolSearch", "Task", text,
    "mcp__second__present_plan", "mcp__second__present_suggestions", "mcp__second__done_building", "mcp__second__nobody"].flatMap((toolName) => [
    "input-streaming", "output-available", ...(["Bash", "Read", "mcp__second__present_plan", text].includes(toolName) ? ["output-error"] : [])].map((state, index) => ({
    type: "dynamic-tool", toolName, toolCallId: `${toolName.slice(0, 40)}-${index}`, state, errorText: state === "output-error" ? text : undefined,
    input: {
      file_path: text, content: text, old_string: "a", new_string: text, edits: [{ old_string: text, new_string: "b" }, null, 7], pattern: text, command: text,
      query: text, url: text, skill: text, description: text, title: text, overview: text, todos: [{ content: text, status: text }],
      features: [{ name: text, description: text }, null, text], suggestions: [{ title: text, description: text, prompt: text }, null],
    },
    output: state === "output-available" ? [{ type: "text", text: JSON.stringify({
      ok: true, status: toolName.includes("done") ? "complete" : "presented", title: text, overview: text, summary: text, warning: text, fileCount: text, totalBytes: text,
      features: [{ name: text, description: text }], suggestions: [{ title: text, description: text, prompt: text }],
      results: [{ title: text, url: text }, { title: text, url: "https://e.example/" }, null],
    }) }, { type: "text", text }] : undefined,
  }))),
];

export const hostile = {
  async "no text of a model becomes an element, an attribute or a handler"(page) {
    await page.open('<main class="app" id="m"><div id="place"></div></main>');
    for (const text of texts) {
      await page.run(async (text, partsOf) => {
        const parts = new Function(`return ${partsOf}`)()(text);
        const { Transcript } = await import("/assets/modules/app/transcript.js");
        const root = document.querySelector("#place");
        root.replaceChildren();
        const drafts = new Map();
        const decided = { verdict: "approved", message: { metadata: { authorName: text, createdAt: text } } };
        const context = { canAct: () => true, canCollaborate: true, personID: "me", openFile() {}, fix() {}, decide() {}, canDecide: () => true,
          decision: (id) => (id.endsWith("-0") ? decided : null), isPending: () => true,
          cardDraft: (id) => drafts.get(id) ?? drafts.set(id, { removed: new Set(), changed: new Map([[0, text]]), request: text, isOpen: true, problem: text }).get(id),
          edit() {}, retry() {}, restoreBefore() {} };
        const transcript = new Transcript(root, context);
        transcript.render([
          { id: text.slice(0, 60), role: "user", parts: [{ type: "text", text }], metadata: { authorName: text, authorUserId: text, createdAt: text, attachments: [{ name: text }], decision: null } },
          { id: "answer", role: "assistant", parts },
        ]);
        for (const details of root.querySelectorAll("details")) {
          details.open = true;
          details.dispatchEvent(new Event("toggle"));
        }
        const broken = [...root.querySelectorAll(".part-broken")].map((node) => node.closest("[data-part]")?.dataset.part);
        if (broken.length) throw new Error(`not drawn: ${broken.map((name) => name?.slice(0, 60))}`);
        if (!root.querySelector('[data-testid="approve"]')) throw new Error("no card waits");
      }, text, String(partsOf));
      const { bad, hit, width } = await page.run(inspect, own, "#place");
      assert.deepEqual({ bad, hit }, { bad: [], hit: 0 }, text.slice(0, 80));
      assert.ok(width <= 1280, `${width} pixels wide: ${text.slice(0, 80)}`);
    }
  },

  async "a step nested without end is one line that could not be shown"(page) {
    await page.open('<main class="app"><div id="place"></div></main>');
    const shown = await page.run(async () => {
      const { drawPart } = await import("/assets/modules/app/parts.js");
      const nested = () => JSON.parse('{"a":'.repeat(50_000) + "1" + "}".repeat(50_000));
      return ["Bash", "Edit", "nobody", "mcp__second__present_plan"].map((toolName) => {
        const node = drawPart({ type: "dynamic-tool", toolName, toolCallId: "c", state: "output-available", input: nested(), output: nested() }, {});
        document.querySelector("#place").append(node);
        return node.childElementCount;
      });
    });
    assert.deepEqual(shown, [1, 1, 1, 1]);
  },

  async "a file's text and name stay text in every language and in a comparison"(page) {
    await page.open('<main class="app" data-workspace="w" data-app="a" data-version="draft"><div id="place"></div></main>');
    for (const text of texts) {
      await page.run(async (text) => {
        const { mount } = await import("/assets/modules/app/files.js");
        const { hunkTable, diffTable, lineDiff } = await import("/assets/modules/app/diff.js");
        const list = ["tsx", "css", "json", "html", "txt"].map((ext) => ({ path: `src/${text.replaceAll("/", "").slice(0, 100)}.${ext}`, size: text.length, hash: ext }));
        globalThis.fetch = async (address) => (String(address).includes("content")
          ? new Response(text) : new Response(JSON.stringify({ files: list }), { headers: { "content-type": "application/json" } }));
        const root = document.createElement("div");
        document.querySelector("#place").replaceChildren(root, hunkTable([{ oldStart: 1, newStart: 1, lines: [` ${text}`, `+${text}`, `-${text}`] }]), diffTable(lineDiff(text, `${text}\n<b>`)));
        mount(root);
        document.dispatchEvent(new CustomEvent("second:stage-shown", { detail: { name: "files" } }));
        for (let round = 0; round < 200 && !root.querySelector(".code-view"); round++) await new Promise((resolve) => setTimeout(resolve, 5));
        for (const row of [...root.querySelectorAll("[role=treeitem]:not([data-folder])")].map((row) => row.dataset.path)) {
          root.querySelector(`[role=treeitem][data-path="${CSS.escape(row)}"]`)?.click();
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
        if (!root.querySelector(".code-view")) throw new Error("no file was shown");
      }, text);
      const { bad, hit } = await page.run(inspect, own, "#place");
      assert.deepEqual({ bad, hit }, { bad: [], hit: 0 }, text.slice(0, 80));
    }
  },

  async "the longest and deepest texts are drawn and the page goes on answering"(page) {
    await page.open('<main class="app"><div id="place"></div></main>');
    const shapes = {
      quotes: ">".repeat(199_000), lists: Array.from({ length: 500 }, (_, level) => `${" ".repeat(2 * level)}- a`).join("\n"), word: "W".repeat(100_000),
      marks: "*a* ".repeat(12_000), cells: `${"|a".repeat(25_000)}\n${"|-".repeat(25_000)}`, ansi: "\u001b[31mx\u001b[0my".repeat(3000),
      colours: "1;a ".repeat(10_000),
    };
    for (const [name, text] of Object.entries(shapes)) {
      const deepest = await page.run(async (text) => {
        const { drawPart } = await import("/assets/modules/app/parts.js");
        const { highlightLines } = await import("/assets/modules/app/highlight.js");
        const place = document.querySelector("#place");
        place.replaceChildren();
        for (const part of [{ type: "text", text, state: "streaming" }, { type: "text", text, state: "done" }, { type: "reasoning", text, state: "done" },
          { type: "dynamic-tool", toolName: "Bash", toolCallId: "b", state: "output-available", input: { command: text }, output: text }]) {
          const node = drawPart(part, {});
          if (node.querySelector(".part-broken")) throw new Error("a part was not drawn");
          place.append(node);
          for (const details of node.querySelectorAll("details")) (details.open = true, details.dispatchEvent(new Event("toggle")));
        }
        for (const language of ["tsx", "css", "json", "html"]) highlightLines(text, `a.${language}`);
        let deepest = 0;
        for (const node of place.querySelectorAll("*")) {
          let depth = 0;
          for (let up = node; up !== place; up = up.parentElement) depth += 1;
          deepest = Math.max(deepest, depth);
        }
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
        return deepest;
      }, text);
      assert.ok(deepest < 60, `${name}: ${deepest} elements deep`);
    }
  },
};
