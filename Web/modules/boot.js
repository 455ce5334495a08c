// Binds modules to elements: `data-module="name"` loads `name.js` beside this file and calls its `mount(element)`.
// A module that cannot be loaded or mounted leaves a panel in its region, or raises one toast where the page works without
// it; the page around it keeps working.

import { element as make, icon } from "./dom.js";
import { toast } from "./toasts.js";

const namePattern = /^[a-z][a-z0-9-]*(\/[a-z][a-z0-9-]*)*$/;
const mounted = new WeakMap();
const reported = new Set();

/** Binds everything below `root`; elements that are bound already stay as they are. */
export async function bind(root = document) {
  const elements = [...root.querySelectorAll("[data-module]")];
  if (root instanceof Element && root.matches("[data-module]")) elements.unshift(root);
  await Promise.all(elements.map(bindElement));
}

async function bindElement(element) {
  const names = element.dataset.module.split(/\s+/).filter((name) => namePattern.test(name));
  const done = mounted.get(element) ?? new Set();
  mounted.set(element, done);
  for (const name of names) {
    if (done.has(name)) continue;
    done.add(name);
    try {
      const module = await import(`./${name}.js`);
      await module.mount(element);
    } catch (error) {
      if (element.matches("section, aside")) showPanel(element, name, error);
      else report(name, error, "A part of this page did not start. Reload the page to try again.");
    }
  }
}

/** Says in the region itself that it does not work; what the server drew there stays below. */
function showPanel(region, name, error) {
  console.error(name, error);
  region.prepend(make("div", { class: "callout bad region-failed", role: "alert" }, icon("error"),
    make("span", {}, `${region.getAttribute("aria-label") ?? "This part of the page"} did not start.`),
    make("button", { class: "button bar", type: "button", onclick: () => location.reload() }, "Reload")));
}

function report(kind, error, text) {
  console.error(kind, error);
  if (reported.has(kind)) return;
  reported.add(kind);
  toast(text, { kind: "bad" });
}

const broken = "Something on this page went wrong. Reload the page if it does not answer.";

window.addEventListener("unhandledrejection", (event) => {
  if (event.reason?.name === "AbortError") return;
  report("unhandled", event.reason, broken);
});
window.addEventListener("error", (event) => {
  // Without an error it is the browser's own remark, or an image that did not load.
  if (event.error) report("unhandled", event.error, broken);
});

bind();
