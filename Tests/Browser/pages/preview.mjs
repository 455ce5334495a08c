// The frame of the built app: which one is alive, with which rights, and whom it hears.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

const bridge = readFileSync(new URL("../../../Toolchain/preview/bridge.js", import.meta.url), "utf8");
const body = `<main class="app" data-workspace="w" data-app="a" data-version="draft" data-built="true" data-can-collaborate="true"><h1 data-app-name>A</h1>
  <section data-preview><span class="preview-note"></span><button data-act="console"><span class="console-count"></span></button><a data-act="alone"></a>
  <div class="preview-error" hidden><p class="preview-error-text"></p><button data-act="fix"></button></div>
  <div class="preview-area" data-testid="preview-state"><div class="preview-place" data-place style="block-size:400px;inline-size:600px"></div></div>
  <section class="console" hidden></section></section></main>`;

/** A server whose build and rights the test sets; documents answer when it says so. */
function server() {
  const state = { hash: "1", sandbox: "allow-scripts", held: new Set(), waiting: [] };
  const routes = {
    "/api/workspaces/w/apps/a/preview": (request, response) => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ hash: state.hash, sandbox: state.sandbox, url: `/preview/${state.hash}/` }));
    },
  };
  for (const hash of ["1", "2", "3", "4"]) {
    routes[`/preview/${hash}/`] = (request, response) => {
      const send = () => {
        response.setHeader("content-type", "text/html");
        response.end(`<!doctype html><script>${bridge}</script><p>${hash}</p><div style="height:3000px"></div><script>console.log("app ${hash}")</script>`);
      };
      if (state.held.has(hash)) state.waiting.push(send);
      else send();
    };
  }
  return { state, routes };
}

async function open(page) {
  const { state, routes } = server();
  await page.open(body, routes);
  await page.run(async () => {
    const { Preview } = await import("/assets/modules/app/preview.js");
    globalThis.preview = new Preview(document.querySelector("[data-preview]"));
    globalThis.preview.load();
  });
  await page.until(() => document.querySelector("iframe[data-ready]"));
  return state;
}
const frames = (page) => page.run(() => [...document.querySelectorAll("iframe")].map((frame) => `${new URL(frame.src).pathname}${frame.dataset.ready === undefined ? "" : " ready"}`));
const built = (page) => page.run(() => document.dispatchEvent(new CustomEvent("second:built")));

export const preview = {
  async "a build that comes while the one before it still loads leaves one frame alive"(page) {
    const state = await open(page);
    state.held.add("2");
    state.hash = "2";
    await built(page);
    await page.until(() => document.querySelectorAll("iframe").length === 2);
    state.hash = "3";
    await built(page);
    await page.until(() => document.querySelector('iframe[src="/preview/3/"][data-ready]'));
    assert.deepEqual(await frames(page), ["/preview/3/ ready"]);
    for (const send of state.waiting) send();
    assert.deepEqual(await frames(page), ["/preview/3/ ready"]);
  },

  async "rights that were taken away end what runs with them, though the build is the same"(page) {
    const state = await open(page);
    state.sandbox = "allow-forms";
    await page.run(async () => (await import("/assets/modules/bus.js")).deliver({ version: 1, workspaceId: "w", scope: "workspace-settings" }, "w"));
    await page.until(() => document.querySelector('iframe[sandbox="allow-forms"][data-ready]'));
    assert.deepEqual(await frames(page), ["/preview/1/ ready"]);
    assert.equal(await page.run(() => document.querySelector(".preview-area").dataset.state), "blocked");
    state.sandbox = "allow-scripts allow-same-origin";
    await page.run(async () => (await import("/assets/modules/bus.js")).deliver({ version: 1, workspaceId: "w", scope: "workspace-settings" }, "w"));
    await page.until(() => document.querySelector('iframe[sandbox="allow-scripts"][data-ready]'));
    assert.equal(await page.run(() => document.querySelector(".preview-area").dataset.state), "ready");
  },

  async "only the shown frame is heard, not the page itself, a foreign frame or what is no message of ours"(page) {
    await open(page);
    await page.until(() => globalThis.preview.console.lines.length === 1);
    await page.run(async () => {
      const message = { source: "second-app", type: "second:error", message: "forged" };
      window.postMessage(message, "*");
      const foreign = document.createElement("iframe");
      foreign.srcdoc = `<script>parent.postMessage(${JSON.stringify(message)}, "*")<\/script>`;
      document.body.append(foreign);
      await new Promise((resolve) => foreign.addEventListener("load", resolve));
      foreign.remove();
      for (const data of [null, 1, "x", { type: "second:error" }, { source: "second-app", type: "second:scroll", x: -1, y: "9" }]) {
        globalThis.preview.receive({ source: globalThis.preview.frame.contentWindow, data });
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    });
    assert.deepEqual(await page.run(() => [document.querySelector(".preview-error").hidden, globalThis.preview.console.lines.length, globalThis.preview.scroll]), [true, 1, null]);
    await page.run(() => globalThis.preview.receive({ source: globalThis.preview.frame.contentWindow, data: { source: "second-app", type: "second:error", message: "<b>own</b>" } }));
    assert.equal(await page.run(() => document.querySelector(".preview-error-text").innerHTML), "&lt;b&gt;own&lt;/b&gt;");
  },

  async "a newer build goes on where the reader was"(page) {
    const state = await open(page);
    await page.run(() => globalThis.preview.receive({ source: globalThis.preview.frame.contentWindow, data: { source: "second-app", type: "second:scroll", x: 0, y: 700 } }));
    state.hash = "4";
    await built(page);
    await page.until(() => document.querySelector('iframe[src="/preview/4/"][data-ready]'));
    await page.until(() => globalThis.preview.scroll?.y === 700);
  },
};
