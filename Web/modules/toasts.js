// Short notices at the bottom right: at most three, five seconds, held while pointed at or focused; what failed stays until
// closed. Everything that was said is kept in the list of notices, so nothing vanishes by time alone. F6 reaches them.

import { element, icon } from "./dom.js";

const limit = 3;
const spoken = [];
let region;

/** What was said on this page, newest last: `{ text, kind, at }`. */
export const history = () => [...spoken];

/**
 * Shows a notice. `kind`: `ok`, `info` or `bad`; `action`: `{ label, run }` adds a button; `seconds`: how long.
 * Answers a function that takes the notice away.
 */
export function toast(text, { kind = "ok", action, seconds = action ? 8 : 5 } = {}) {
  spoken.push({ text, kind, at: new Date() });
  if (spoken.length > 50) spoken.shift();
  const close = () => {
    clearTimeout(timer);
    node.remove();
    if (!region.childElementCount && region.matches(":popover-open")) region.hidePopover();
  };
  const node = element(
    "div",
    { class: `toast ${kind}`, role: kind === "bad" ? "alert" : "status", "data-testid": "toast", "data-kind": kind },
    icon({ ok: "done", info: "info", bad: "error" }[kind] ?? "info"),
    element("p", {}, text),
    action && element("button", { class: "button bar", type: "button", onclick: () => (close(), action.run()) }, action.label),
    element("button", { class: "button quiet icon-only bar", type: "button", "aria-label": "Close", onclick: close },
      icon("close")),
  );
  let timer;
  const wait = () => {
    if (kind !== "bad") timer = setTimeout(close, seconds * 1000);
  };
  for (const type of ["pointerenter", "focusin"]) node.addEventListener(type, () => clearTimeout(timer));
  for (const type of ["pointerleave", "focusout"]) node.addEventListener(type, wait);
  const place = toastRegion();
  place.append(node);
  while (place.childElementCount > limit) place.firstElementChild.remove();
  // In the top layer, above an open dialog; shown anew so that it is the topmost.
  if (place.matches(":popover-open")) place.hidePopover();
  place.showPopover();
  wait();
  return close;
}

/** The place of the notices. */
export function toastRegion() {
  region ??= document.body.appendChild(
    element("section", { class: "toasts", popover: "manual", "aria-label": "Notices", tabindex: "-1", "data-region": "toasts" }),
  );
  return region;
}
