// The panes of an app: preview beside chat with a separator, one pane at a time on narrow screens.

import { announce, find, findAll, kept, on } from "../dom.js";

const smallest = { chat: 320, preview: 360 };
const standard = 400;

export function mount(root) {
  const separator = find("[role=separator]", root);
  const boot = JSON.parse(find("#bootstrap").textContent);
  let width = Number(kept.get("chat-width")) || standard;
  let mode = boot.hasBuild ? kept.get("chat-mode") ?? "panel" : "full";
  let hasBuild = boot.hasBuild;

  const bounds = () => ({ min: smallest.chat, max: Math.max(smallest.chat, root.clientWidth - smallest.preview) });
  const apply = () => {
    const { min, max } = bounds();
    width = Math.min(max, Math.max(min, Math.round(width)));
    root.style.setProperty("--chat-width", `${width}px`);
    separator.setAttribute("aria-valuenow", String(width));
    separator.setAttribute("aria-valuemin", String(min));
    separator.setAttribute("aria-valuemax", String(max));
    root.dataset.mode = boot.canCollaborate ? mode : "hidden";
  };
  const setWidth = (value) => {
    width = value;
    apply();
    kept.set("chat-width", String(width));
  };
  const setMode = (value) => {
    mode = value;
    if (hasBuild) kept.set("chat-mode", mode);
    apply();
  };

  separator.addEventListener("pointerdown", (event) => {
    separator.setPointerCapture(event.pointerId);
    root.dataset.dragging = "";
    const move = (move) => setWidth(root.getBoundingClientRect().right - move.clientX);
    const end = () => {
      delete root.dataset.dragging;
      separator.removeEventListener("pointermove", move);
    };
    separator.addEventListener("pointermove", move);
    separator.addEventListener("pointerup", end, { once: true });
    separator.addEventListener("pointercancel", end, { once: true });
  });
  separator.addEventListener("dblclick", () => setWidth(standard));
  separator.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 48 : 24;
    const { min, max } = bounds();
    const next = { ArrowLeft: width + step, ArrowRight: width - step, Home: max, End: min }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    setWidth(next);
  });

  on(document, "click", "[data-layout]", (event, button) => {
    const wanted = button.dataset.layout;
    if (wanted === "toggle-chat") setMode(mode === "hidden" ? "panel" : "hidden");
    else if (wanted === "toggle-full") setMode(mode === "full" ? "panel" : "full");
    else showPane(wanted);
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "\\") {
      event.preventDefault();
      setMode(mode === "hidden" ? "panel" : "hidden");
    }
  });

  /** Narrow screens: which pane is up. */
  const showPane = (name) => {
    root.dataset.pane = name;
    for (const tab of findAll("[role=tab][data-layout]", root)) {
      const selected = tab.dataset.layout === name;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
    }
  };
  on(root, "keydown", "[role=tab][data-layout]", (event, tab) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const tabs = findAll("[role=tab][data-layout]", root);
    const next = tabs[(tabs.indexOf(tab) + (event.key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length];
    next.click();
    next.focus();
  });

  document.addEventListener("second:built", () => {
    if (hasBuild) return;
    // The first build opens the preview beside the chat.
    hasBuild = true;
    root.dataset.built = "";
    if (mode === "full") setMode("panel");
  });
  document.addEventListener("second:show-pane", (event) => showPane(event.detail.pane));
  new ResizeObserver(apply).observe(root);
  showPane(boot.canCollaborate && (!boot.hasBuild || boot.run?.status === "streaming") ? "chat" : "preview");
  apply();
  announce("second:layout-ready", {});
}
