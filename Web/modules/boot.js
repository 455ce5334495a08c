// Binds modules to elements: `data-module="name"` loads `name.js` beside this file and calls its `mount(element)`.
// A module that cannot be loaded or mounted raises one toast; the page around it keeps working.

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
      report(name, error);
    }
  }
}

function report(kind, error) {
  console.error(kind, error);
  if (reported.has(kind)) return;
  reported.add(kind);
  toast("A part of this page did not start. Reload the page to try again.", { kind: "bad" });
}

window.addEventListener("unhandledrejection", (event) => {
  if (event.reason?.name === "AbortError") return;
  report("unhandled", event.reason);
});

bind();
