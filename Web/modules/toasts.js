// Short notices at the bottom right: at most three, five seconds, held while pointed at or focused; what failed stays until
// closed. Everything that was said is kept in the list of notices, so nothing vanishes by time alone. F6 reaches them.

import { element, find, icon } from "./dom.js";
import { isUsable } from "./keep-focus.js";

const limit = 3;
const spoken = [];
/** Notices for which there is no room yet: three failures stand there that nobody has closed. */
const waiting = [];
let region;
/** Where the focus was before it came to the notices. */
let cameFrom;

/** What was said on this page, newest last: `{ text, kind, at }`. */
export const history = () => [...spoken];

/**
 * Shows a notice. `kind`: `ok`, `info` or `bad`; `action`: `{ label, run }` adds a button; `seconds`: how long.
 * Answers a function that takes the notice away.
 */
export function toast(text, { kind = "ok", action, seconds = action ? 8 : 5 } = {}) {
  spoken.push({ text, kind, at: new Date() });
  if (spoken.length > 50) spoken.shift();
  const notice = new Notice(text, kind, action, seconds);
  waiting.push(notice);
  showWaiting();
  return () => notice.close();
}

function showWaiting() {
  const place = toastRegion();
  while (waiting.length) {
    if (place.childElementCount >= limit) {
      // The oldest one makes room; what failed stays until it is closed.
      const oldest = [...place.children].map((node) => node.notice).find((notice) => notice.kind !== "bad");
      if (!oldest) break;
      oldest.leave();
    }
    const next = waiting.shift();
    place.append(next.node);
    next.wait();
  }
  const isOpen = place.matches(":popover-open");
  if (!place.childElementCount) {
    if (isOpen) place.hidePopover();
    return;
  }
  // In the top layer, above an open dialog: shown anew so that it is the topmost, unless somebody is in there.
  if (isOpen && place.matches(":focus-within")) return;
  if (isOpen) place.hidePopover();
  place.showPopover();
}

class Notice {
  constructor(text, kind, action, seconds) {
    this.kind = kind;
    this.seconds = seconds;
    this.node = element(
      "div",
      { class: `toast ${kind}`, role: kind === "bad" ? "alert" : "status", "data-testid": "toast", "data-kind": kind },
      icon({ ok: "done", info: "info", bad: "error" }[kind] ?? "info"),
      element("p", {}, text),
      action && element("button", { class: "button bar", type: "button", onclick: () => (this.close(), action.run()) }, action.label),
      element("button", { class: "button quiet icon-only bar", type: "button", "aria-label": "Close", onclick: () => this.close() },
        icon("close")),
    );
    this.node.notice = this;
    for (const type of ["pointerenter", "focusin"]) this.node.addEventListener(type, () => clearTimeout(this.timer));
    // The focus has left only after its event.
    for (const type of ["pointerleave", "focusout"]) this.node.addEventListener(type, () => setTimeout(() => this.wait(), 0));
  }

  /** Goes after its time, unless somebody points at it or is in it. */
  wait() {
    clearTimeout(this.timer);
    if (this.kind === "bad" || !this.node.isConnected || this.node.matches(":hover, :focus-within")) return;
    this.timer = setTimeout(() => this.close(), this.seconds * 1000);
  }

  leave() {
    clearTimeout(this.timer);
    const isHeld = this.node.contains(document.activeElement);
    const next = this.node.nextElementSibling ?? this.node.previousElementSibling;
    this.node.remove();
    if (!isHeld) return;
    const rest = next ? find('[aria-label="Close"]', next) : cameFrom;
    if (rest && isUsable(rest)) rest.focus();
    else find("#main")?.focus();
  }

  close() {
    const at = waiting.indexOf(this);
    if (at >= 0) waiting.splice(at, 1);
    if (!this.node.isConnected) return;
    this.leave();
    showWaiting();
  }
}

/** The place of the notices. */
export function toastRegion() {
  region ??= document.body.appendChild(
    element("section", { class: "toasts", popover: "manual", "aria-label": "Notices", tabindex: "-1", "data-region": "toasts",
      onfocusin: ({ relatedTarget }) => {
        if (relatedTarget && !region.contains(relatedTarget)) cameFrom = relatedTarget;
      } }),
  );
  return region;
}
