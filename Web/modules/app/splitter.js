// A line between two panes that is dragged, or moved with the arrow keys: 24 px, 48 with Shift; a double click resets it.

import { element, kept } from "../dom.js";

/**
 * The line behind a pane at the start of a row. `limits()` answers `{ least, most, standard }` in CSS pixels, `apply(width)`
 * makes the pane as wide; the width is kept under `key`.
 */
export function splitter({ key, label, controls, limits, apply }) {
  const line = element("div", { class: "pane-splitter", role: "separator", tabindex: "0", "aria-orientation": "vertical", "aria-label": label,
    "aria-controls": controls });
  let wanted = Number(kept.get(key)) || 0;
  const show = () => {
    const { least, most, standard } = limits();
    // A pane that is not drawn has no width to divide.
    if (most <= 0) return;
    const width = Math.round(Math.max(least, Math.min(wanted || standard, Math.max(least, most))));
    line.setAttribute("aria-valuemin", String(least));
    line.setAttribute("aria-valuemax", String(Math.max(least, Math.round(most))));
    line.setAttribute("aria-valuenow", String(width));
    line.setAttribute("aria-valuetext", `${width} pixels`);
    apply(width);
    return width;
  };
  const set = (width) => {
    wanted = width;
    const shown = show();
    const isStandard = !width || shown === limits().standard;
    wanted = isStandard ? 0 : shown;
    kept.set(key, isStandard ? null : String(shown));
  };
  line.addEventListener("dblclick", () => set(0));
  line.addEventListener("keydown", (event) => {
    const step = (event.shiftKey ? 48 : 24) * (document.dir === "rtl" ? -1 : 1);
    const now = Number(line.getAttribute("aria-valuenow"));
    const next = { ArrowLeft: now - step, ArrowRight: now + step, Home: limits().least, End: limits().most, Enter: 0 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    set(next);
  });
  line.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    line.focus();
    line.setPointerCapture(event.pointerId);
    const start = Number(line.getAttribute("aria-valuenow")) - event.clientX * (document.dir === "rtl" ? -1 : 1);
    const move = ({ clientX }) => set(start + clientX * (document.dir === "rtl" ? -1 : 1));
    const end = () => line.removeEventListener("pointermove", move);
    line.addEventListener("pointermove", move);
    line.addEventListener("pointerup", end, { once: true });
    line.addEventListener("pointercancel", end, { once: true });
  });
  return { line, show };
}
