// What axe-core finds in what the modules draw, in both colour schemes. Whole pages are looked at by the journeys.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";

/** The library, from the Python package of `scripts/test-requirements.txt` that carries it. */
function axe() {
  const python = process.env.SECOND_TEST_PYTHON ?? new URL("../../../.venv/bin/python", import.meta.url).pathname;
  const lib = `${dirname(dirname(python))}/lib`;
  const files = existsSync(lib) ? readdirSync(lib).map((version) => `${lib}/${version}/site-packages/axe_core_python/axe.min.js`) : [];
  const file = files.find((path) => existsSync(path));
  if (!file && process.env.CI) throw new Error(`axe-core is not installed beside ${python}; see scripts/setup test.`);
  return file ? readFileSync(file, "utf8") : null;
}

async function findings(page, library) {
  const all = [];
  for (const scheme of ["light", "dark"]) {
    await page.scheme(scheme);
    assert.ok(await page.run((scheme) => matchMedia(`(prefers-color-scheme: ${scheme})`).matches, scheme));
    all.push(...await page.run(async (library, scheme) => {
      if (!globalThis.axe) new Function(library).call(globalThis);
      // A colour that is on its way is neither the old nor the new one.
      document.head.append(Object.assign(document.createElement("style"), { textContent: "* { transition: none !important; animation: none !important; }" }));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
      const rules = Object.fromEntries(["region", "page-has-heading-one", "landmark-one-main", "bypass", "heading-order"].map((rule) => [rule, { enabled: false }]));
      const { violations } = await globalThis.axe.run(document, { rules, resultTypes: ["violations"] });
      return violations.filter(({ impact }) => impact !== "minor")
        .map(({ id, nodes }) => `${scheme} ${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`);
    }, library, scheme));
  }
  await page.scheme("light");
  return all;
}

export const access = {
  async "nothing stands in the way in messages, tool rows, cards and notices"(page, context) {
    const library = axe();
    if (!library) return context.skip("axe-core is not installed");
    await page.open('<main class="app"><h1 class="visually-hidden">A</h1><div class="transcript" id="place" role="log" aria-label="Conversation" tabindex="0"></div></main>');
    await page.run(async () => {
      const { Transcript } = await import("/assets/modules/app/transcript.js");
      const { toast } = await import("/assets/modules/toasts.js");
      const text = "# Head\n\nSome *text* with `code` and a [link](https://a.example).\n\n- one\n- two\n\n> said\n\n| a | b |\n|-|-|\n| 1 | 2 |\n\n```js\nlet a;\n```";
      const call = (toolName, input, output, state = "output-available") => ({ type: "dynamic-tool", toolName, toolCallId: toolName, state, input, output,
        errorText: state === "output-error" ? output : undefined });
      const transcript = new Transcript(document.querySelector("#place"), {
        canAct: () => true, canCollaborate: true, personID: "me", openFile() {}, fix() {}, decide() {}, canDecide: () => true, decision: () => null, isPending: () => true,
        cardDraft: () => ({ removed: new Set(), changed: new Map(), request: "", isOpen: true, problem: "Not sent." }), edit() {}, retry() {}, restoreBefore() {},
      });
      transcript.render([{ id: "1", role: "user", parts: [{ type: "text", text: "Please" }], metadata: { authorName: "Ada", authorUserId: "other", attachments: [{ name: "a.png" }] } },
        { id: "2", role: "assistant", parts: [
          { type: "text", text, state: "done" }, { type: "reasoning", text: "hm", state: "done" },
          call("Write", { file_path: "src/a.ts", content: "a\nb" }), call("Edit", { file_path: "src/a.ts", old_string: "a", new_string: "b" }),
          call("Read", { file_path: "src/a.ts" }, "a\nb"), call("Bash", { command: "npm test" }, "Exit code 1\n\u001b[31mred\u001b[0m", "output-error"),
          call("WebSearch", { query: "x" }, 'Links: [{"title":"A","url":"https://a.example/"}]'), call("WebFetch", { url: "https://a.example/b" }, "text"),
          call("Skill", { skill: "charts" }, "Draws charts."), call("mcp__second__other", { a: 1 }, "done"),
          call("mcp__second__done_building", {}, '{"status":"complete","summary":"Built.","fileCount":3,"totalBytes":1200}'),
          call("mcp__second__present_plan", { title: "T", overview: "O", features: [{ name: "F", description: "D" }] }, '{"ok":true,"status":"presented"}'),
        ] }]);
      for (const details of document.querySelectorAll("details")) {
        details.open = true;
        details.dispatchEvent(new Event("toggle"));
      }
      toast("Saved.");
      toast("Not saved.", { kind: "bad", action: { label: "Try again", run() {} } });
    });
    assert.deepEqual(await findings(page, library), []);
  },

  async "nothing stands in the way in the files and in a question"(page, context) {
    const library = axe();
    if (!library) return context.skip("axe-core is not installed");
    await page.open('<main class="app" data-workspace="w" data-app="a" data-version="draft" data-person="p"><section class="pane files" aria-label="Files" style="block-size:400px"></section></main>', {
      "/api/workspaces/w/apps/a/files": (request, response) => response.end(JSON.stringify({ files: ["src/App.tsx", "b.css"].map((path) => ({ path, size: 9, hash: path })) })),
      "/api/workspaces/w/apps/a/files/content": (request, response) => response.end("// a\nconst a = 1;\nreturn \"x\";"),
    });
    await page.run(async () => {
      const { Files } = await import("/assets/modules/app/files.js");
      globalThis.files = new Files(document.querySelector(".files"));
      document.dispatchEvent(new CustomEvent("second:stage-shown", { detail: { name: "files" } }));
    });
    await page.until(() => document.querySelector(".code-view"));
    await page.run(async () => {
      globalThis.files.changed.add("b.css");
      await globalThis.files.show("src/App.tsx");
      globalThis.files.tabs.push("b.css");
      globalThis.files.drawTabs();
      globalThis.files.drawTree();
    });
    assert.deepEqual(await findings(page, library), []);
    await page.run(async () => void (await import("/assets/modules/dialogs.js")).confirm({ title: "Delete it?", text: "It will be gone.", verb: "Delete" }));
    assert.deepEqual(await findings(page, library), []);
  },
};
