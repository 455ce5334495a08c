// How the app page is divided: stage and conversation side by side, one of them alone, or one at a time on narrow windows.
//
// Listens:  "second:stage" { name } shows the preview, the files or the versions · "second:show-chat" · "second:built" ·
//           "second:run-state" { state } · "second:open-file"
// Answers:  "second:stage-shown" { name } when a pane of the stage came into view

import { announce, find, findAll, isTyping, kept, on } from "../dom.js";
import { fit, least } from "./layout-width.js";
import { linkedID } from "./message-link.js";

const narrow = matchMedia("(width < 900px)");
const standard = 400;
const modes = ["panel", "full", "hidden"];

export function mount(root) {
  if (root.dataset.canCollaborate !== "true") return;
  new Layout(root);
}

class Layout {
  constructor(root) {
    this.root = root;
    this.panes = find(".app-panes", root);
    this.separator = find(".app-separator", root);
    this.chat = find(".app-chat", root);
    this.key = (name) => `layout:${root.dataset.person}:${name}`;
    this.width = Number(kept.get(this.key("width"))) || standard;
    this.bindSeparator();
    this.bindButtons();
    this.bindEvents();
    this.showStage("preview", { focus: false });
    this.apply();
    // A link to a message is opened where messages are.
    const showLinked = () => linkedID(location.hash) && this.showChat();
    showLinked();
    addEventListener("hashchange", showLinked);
    new ResizeObserver(() => this.applyWidth()).observe(this.panes);
    narrow.addEventListener("change", () => this.apply());
  }

  get isBuilt() {
    return this.root.dataset.built === "true";
  }

  /** Nothing built yet: the conversation has the page, unless the person opened the files or the versions. */
  get mode() {
    // The conversation is about the draft.
    if (this.root.dataset.version === "published") return "hidden";
    const mode = kept.get(this.key("mode"));
    if (!this.isBuilt) return this.stage === "preview" ? "full" : "panel";
    return modes.includes(mode) ? mode : "panel";
  }

  setMode(mode) {
    kept.set(this.key("mode"), mode === "panel" ? null : mode);
    this.apply();
  }

  apply() {
    const mode = this.mode;
    this.root.dataset.mode = mode;
    const pane = this.root.dataset.pane;
    const isChatShown = narrow.matches ? pane === "chat" : mode !== "hidden";
    const isStageShown = narrow.matches ? pane !== "chat" : mode !== "full";
    const held = document.activeElement;
    this.chat.hidden = !isChatShown;
    find(".app-stage", this.root).hidden = !isStageShown;
    this.separator.hidden = narrow.matches || mode !== "panel";
    for (const tab of findAll("[data-pane-name]", this.root)) {
      const isSelected = tab.dataset.paneName === pane;
      tab.setAttribute("aria-selected", String(isSelected));
      tab.tabIndex = isSelected ? 0 : -1;
    }
    for (const button of findAll(".app-mode", this.root)) button.hidden = narrow.matches || !this.isBuilt || this.root.dataset.version === "published";
    const toggle = find('[data-act="toggle-chat"]', this.root);
    toggle.setAttribute("aria-expanded", String(mode !== "hidden"));
    toggle.setAttribute("aria-label", mode === "hidden" ? "Show conversation" : "Hide conversation");
    const expand = find('[data-act="expand-chat"]', this.root);
    expand.setAttribute("aria-pressed", String(mode === "full"));
    for (const button of findAll("[data-stage-name]", this.root)) {
      button.setAttribute("aria-pressed", String(isStageShown && this.stage === button.dataset.stageName));
    }
    this.applyWidth();
    // What was hidden with the focus in it leaves the focus at the control that brings it back.
    if (held?.closest("#app-chat, .app-stage")?.hidden) {
      const control = this.chat.contains(held) ? toggle : this.chat.hidden ? null : expand;
      (control?.checkVisibility() ? control : find('[data-pane-name][aria-selected="true"]', this.root))?.focus();
    }
    announce("second:layout", { mode, pane, isChatShown, isStageShown });
  }

  applyWidth() {
    if (narrow.matches || this.root.dataset.mode !== "panel") return;
    const total = this.panes.clientWidth;
    if (!total) return;
    const width = fit(this.width, total);
    this.panes.style.setProperty("--chat-width", `${width}px`);
    this.separator.setAttribute("aria-valuenow", String(width));
    this.separator.setAttribute("aria-valuemax", String(Math.max(least.chat, total - least.stage)));
    this.separator.setAttribute("aria-valuetext", `${width} pixels`);
  }

  setWidth(width) {
    this.width = fit(width, this.panes.clientWidth);
    kept.set(this.key("width"), this.width === standard ? null : String(this.width));
    this.applyWidth();
  }

  // MARK: What is shown

  showStage(name, { focus = true } = {}) {
    this.stage = name;
    this.root.dataset.stage = name;
    for (const pane of findAll("[data-stage-pane]", this.root)) pane.hidden = pane.dataset.stagePane !== name;
    if (focus && !narrow.matches && this.isBuilt && this.mode === "full") kept.set(this.key("mode"), null);
    announce("second:stage-shown", { name });
  }

  showPane(name) {
    this.root.dataset.pane = name;
    if (name !== "chat") this.showStage(name);
    this.apply();
  }

  open(name) {
    const isOpen = this.stage === name && !find(".app-stage", this.root).hidden;
    const next = isOpen ? "preview" : name;
    if (narrow.matches) return this.showPane(next);
    this.showStage(next);
    this.apply();
  }

  showChat() {
    if (narrow.matches) return this.showPane("chat");
    if (this.mode === "hidden") this.setMode("panel");
  }

  // MARK: What the person does

  bindButtons() {
    on(this.root, "click", '[data-act="stage"]', (event, button) => this.open(button.dataset.stageName));
    on(this.root, "click", '[data-act="show-chat"]', () => this.showChat());
    on(this.root, "click", '[data-act="toggle-chat"]', () => this.setMode(this.mode === "hidden" ? "panel" : "hidden"));
    on(this.root, "click", '[data-act="expand-chat"]', () => this.setMode(this.mode === "full" ? "panel" : "full"));
    on(this.root, "click", "[data-pane-name]", (event, tab) => this.showPane(tab.dataset.paneName));
    on(this.root, "keydown", "[data-pane-name]", (event, tab) => {
      const tabs = findAll("[data-pane-name]", this.root);
      const at = tabs.indexOf(tab);
      const next = { ArrowRight: tabs[(at + 1) % tabs.length], ArrowLeft: tabs.at(at - 1), Home: tabs[0], End: tabs.at(-1) }[event.key];
      if (!next) return;
      event.preventDefault();
      this.showPane(next.dataset.paneName);
      next.focus();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "\\" || !(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented) return;
      if (narrow.matches || !this.isBuilt) return;
      event.preventDefault();
      this.setMode(this.mode === "hidden" ? "panel" : "hidden");
      if (this.mode === "panel" && !isTyping(document.activeElement)) find("textarea", this.chat)?.focus();
    });
  }

  bindSeparator() {
    const line = this.separator;
    line.addEventListener("dblclick", () => this.setWidth(standard));
    line.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 48 : 24;
      const sign = document.dir === "rtl" ? -1 : 1;
      const next = {
        ArrowLeft: this.width + step * sign, ArrowRight: this.width - step * sign, Home: least.chat,
        End: this.panes.clientWidth, Enter: standard,
      }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      this.setWidth(next);
    });
    line.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      event.preventDefault();
      line.focus();
      line.setPointerCapture(event.pointerId);
      // Frames would swallow the pointer.
      this.root.dataset.dragging = "";
      const right = this.panes.getBoundingClientRect().right;
      const move = ({ clientX }) => this.setWidth(right - clientX);
      const end = () => {
        delete this.root.dataset.dragging;
        line.removeEventListener("pointermove", move);
      };
      line.addEventListener("pointermove", move);
      line.addEventListener("pointerup", end, { once: true });
      line.addEventListener("pointercancel", end, { once: true });
    });
  }

  bindEvents() {
    document.addEventListener("second:stage", ({ detail }) => {
      if (narrow.matches) this.showPane(detail.name);
      else {
        this.showStage(detail.name);
        if (this.mode === "full" && this.isBuilt) this.setMode("panel");
        else this.apply();
      }
    });
    document.addEventListener("second:version", () => this.apply());
    document.addEventListener("second:open-file", () => announce("second:stage", { name: "files" }));
    document.addEventListener("second:show-chat", () => this.showChat());
    document.addEventListener("second:fix", () => this.showChat());
    document.addEventListener("second:run-state", ({ detail }) => {
      this.root.dataset.run = detail.state;
      if (detail.state === "waiting" && !narrow.matches) this.showChat();
    });
    document.addEventListener("second:preview", ({ detail }) => {
      // What could not be loaded says nothing about what is there.
      if (detail.state === "error") return;
      const isBuilt = detail.state !== "none";
      if (isBuilt === this.isBuilt) return;
      this.root.dataset.built = String(isBuilt);
      this.apply();
    });
  }
}
