// The list of files and their tabs, with the keyboard.

import assert from "node:assert/strict";

const body = `<button id="before">before</button><main class="app" data-workspace="w" data-app="a" data-version="draft" data-person="p"><section class="pane files"
  style="block-size:400px;inline-size:900px"></section></main>`;

async function open(page) {
  const paths = ["src/App.tsx", "src/a.ts", "src/b.ts"];
  await page.open(body, {
    "/api/workspaces/w/apps/a/files": (request, response) => response.end(JSON.stringify({ files: paths.map((path) => ({ path, size: 10, hash: path })) })),
    "/api/workspaces/w/apps/a/files/content": (request, response) => response.end("text"),
  });
  await page.run(async () => {
    localStorage.clear();
    const { Files } = await import("/assets/modules/app/files.js");
    globalThis.files = new Files(document.querySelector(".files"));
    document.dispatchEvent(new CustomEvent("second:stage-shown", { detail: { name: "files" } }));
  });
  await page.until(() => document.querySelector(".code-view"));
  for (const path of ["src/a.ts", "src/b.ts"]) await page.run((path) => globalThis.files.show(path), path);
}

const focused = (page) => page.run(() => document.activeElement.closest(".file-tab")?.dataset.path ?? document.activeElement.dataset.path
  ?? (document.activeElement === document.body ? "nothing" : document.activeElement.localName));

export const files = {
  async "the focus stays in the tabs when one is closed, and goes to the list when none is left"(page) {
    await open(page);
    await page.run(() => document.querySelector("[role=tab][aria-selected=true]").focus());
    assert.equal(await focused(page), "src/b.ts");
    await page.press("ArrowLeft");
    assert.equal(await focused(page), "src/a.ts");
    await page.press("Delete");
    assert.equal(await focused(page), "src/b.ts");
    await page.run(() => document.querySelector('.file-tab[data-path="src/App.tsx"] .file-tab-close').focus());
    await page.run(() => document.activeElement.click());
    assert.equal(await focused(page), "src/b.ts");
    await page.press("Delete");
    assert.match(await focused(page), /^src/);
    assert.equal(await page.run(() => document.activeElement.getAttribute("role")), "treeitem");
  },

  async "the focus stays where it is when tabs are drawn anew"(page) {
    await open(page);
    await page.run(() => {
      document.querySelector("[role=tab][aria-selected=true]").focus();
      globalThis.files.changed.add("src/a.ts");
      globalThis.files.drawTabs();
    });
    assert.equal(await focused(page), "src/b.ts");
    await page.run(() => {
      document.querySelector("#before").focus();
      globalThis.files.drawTabs();
    });
    assert.equal(await page.run(() => document.activeElement.id), "before");
    await page.run(() => document.querySelector('.file-view [aria-label="Close file"]').focus());
    await page.press("Enter");
    assert.equal(await focused(page), "src/a.ts");
  },

  async "another version shows nothing of the one before, however late that answers"(page) {
    const late = [];
    let isHeld = false;
    const version = (request) => new URL(request.url, "http://host.test").searchParams.get("version");
    await page.open(body, {
      "/api/workspaces/w/apps/a/files": (request, response) => {
        const answer = () => response.end(JSON.stringify({ files: ["src/App.tsx", `src/${version(request)}.ts`].map((path) => ({ path, size: 10, hash: "same" })) }));
        if (isHeld) late.push(answer);
        else answer();
      },
      "/api/workspaces/w/apps/a/files/content": (request, response) => {
        const answer = () => response.end(`of ${version(request)}`);
        if (isHeld) late.push(answer);
        else answer();
      },
    });
    await page.run(async () => {
      const { Files } = await import("/assets/modules/app/files.js");
      globalThis.files = new Files(document.querySelector(".files"));
      document.dispatchEvent(new CustomEvent("second:stage-shown", { detail: { name: "files" } }));
    });
    const isShown = (text) => page.until((text) => document.querySelector(".file-view").textContent.includes(text), text);
    const change = (to) => page.run((to) => {
      document.querySelector(".app").dataset.version = to;
      document.dispatchEvent(new CustomEvent("second:version", { detail: { version: to } }));
    }, to);
    const arrived = async (count) => {
      for (const end = Date.now() + 20_000; late.length < count && Date.now() < end;) await new Promise((resolve) => setTimeout(resolve, 10));
      assert.equal(late.length, count);
    };
    await isShown("of draft");
    isHeld = true;
    await change("published");
    assert.equal(await page.run(() => document.querySelector(".file-view").textContent), "");
    assert.equal(await page.run(() => document.querySelectorAll("[role=treeitem]").length), 0);
    // A tab is there before the list.
    await page.run(() => document.querySelector(".file-tab [role=tab]").click());
    assert.equal(await page.run(() => document.querySelector(".file-view").textContent), "");
    await arrived(1);
    late[0]();
    await arrived(2);
    // The text of the published file comes after the draft is back.
    isHeld = false;
    await change("draft");
    await isShown("of draft");
    late[1]();
    await page.run(() => new Promise((resolve) => setTimeout(resolve, 200)));
    await isShown("of draft");
    assert.deepEqual(await page.run(() => [...document.querySelectorAll("[role=treeitem]:not([data-folder])")].map((row) => row.dataset.path)),
      ["src/App.tsx", "src/draft.ts"]);
    assert.equal(await page.run(() => document.querySelector('[aria-pressed][title="What changed"], .file-view [aria-pressed]')), null);
  },

  async "the list of files is made wider with keys and pointer, and keeps its width"(page) {
    await open(page);
    const width = () => page.run(() => document.querySelector(".file-side").getBoundingClientRect().width);
    await page.until(() => document.querySelector(".pane-splitter").getAttribute("aria-valuenow") === "240");
    assert.equal(await width(), 240);
    await page.run(() => document.querySelector(".pane-splitter").focus());
    await page.press("ArrowRight");
    assert.equal(await width(), 264);
    await page.press("Home");
    assert.equal(await width(), 160);
    await page.press("End");
    assert.equal(await width(), 660);
    assert.equal(await page.run(() => localStorage.getItem("second:layout:p:files")), "660");
    await page.run(() => {
      const line = document.querySelector(".pane-splitter");
      line.setPointerCapture = () => {};
      const send = (type, clientX) => line.dispatchEvent(new PointerEvent(type, { button: 0, clientX, pointerId: 1 }));
      send("pointerdown", 660);
      send("pointermove", 300);
      send("pointerup", 300);
      send("pointermove", 500);
    });
    assert.equal(await width(), 300);
    await page.run(() => document.querySelector(".pane-splitter").dispatchEvent(new MouseEvent("dblclick")));
    assert.equal(await width(), 240);
    assert.equal(await page.run(() => localStorage.getItem("second:layout:p:files")), null);
  },
};
