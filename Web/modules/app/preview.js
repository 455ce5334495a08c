// The app in its frame: loads the saved artifact, swaps it when a build is done, shows its console and its errors.

import { announce, element, find, findAll, icon, on } from "../dom.js";
import { get } from "../http.js";

const keptLines = 200;
const widths = { phone: "390px", tablet: "820px", full: "100%" };

export function mount(root) {
  const boot = JSON.parse(find("#bootstrap").textContent);
  return new Preview(root, boot).start();
}

class Preview {
  constructor(root, boot) {
    this.root = root;
    this.base = `/api/workspaces/${boot.workspaceId}/apps/${boot.appId}`;
    this.version = boot.version;
    this.appName = boot.appName;
    this.stage = find("[data-part=stage]", root);
    this.state = find("[data-part=preview-state]", root);
    this.lines = [];
    this.level = "all";
  }

  start() {
    on(this.root, "click", "[data-preview-act]", (event, button) => this.#act(button.dataset.previewAct, button));
    on(this.root, "change", "[data-part=console-level]", (event, select) => ((this.level = select.value), this.#drawConsole()));
    window.addEventListener("message", (event) => this.#message(event));
    document.addEventListener("second:built", () => this.load());
    document.addEventListener("second:phase", (event) => !this.frame && this.#placeholder(event.detail.word));
    document.addEventListener("second:hint", (event) => {
      const hint = event.detail;
      if (hint?.scope === "workspace-settings" || (hint?.scope === "apps" && hint.appId && this.base.endsWith(hint.appId))) this.load();
    });
    document.addEventListener("second:show-version", (event) => ((this.version = event.detail.version), (this.hash = null), this.load()));
    this.load();
  }

  /** Fetches the address of what should be shown; a frame that shows it already stays. */
  async load({ force = false } = {}) {
    const ticket = (this.ticket = (this.ticket ?? 0) + 1);
    let address;
    try {
      address = await get(`${this.base}/preview?version=${encodeURIComponent(this.version)}`);
    } catch (error) {
      if (ticket !== this.ticket) return;
      if (error.status === 404) return this.#placeholder("none");
      return this.#problem(error.message);
    }
    if (ticket !== this.ticket || !address?.url) return this.#placeholder("none");
    const sameFrame = this.frame && this.hash === address.hash && this.frame.getAttribute("sandbox") === address.sandbox;
    if (sameFrame && !force) return;
    const isUpdate = Boolean(this.frame) && !force && this.hash !== address.hash;
    this.hash = address.hash;
    this.#show(address);
    if (isUpdate) this.#note("Updated");
  }

  #show(address) {
    this.lines = [];
    this.failure = null;
    this.#drawConsole();
    this.#drawError();
    const frame = element("iframe", { class: "preview-frame", "data-testid": "preview-frame", title: `${this.appName}, preview`,
      sandbox: address.sandbox, allow: address.allow ?? null, referrerpolicy: "no-referrer", src: address.url });
    frame.addEventListener("load", () => this.#setState(address.sandbox.includes("allow-scripts") ? "ready" : "blocked"));
    this.#setState("loading");
    // The old frame goes first: two versions of an app never live side by side.
    this.frame?.remove();
    this.frame = frame;
    find(".preview-placeholder", this.stage)?.remove();
    this.stage.append(frame);
    announce("second:preview", { shown: true });
  }

  #placeholder(word) {
    if (this.frame && word === "none") {
      this.frame.remove();
      this.frame = null;
    }
    if (this.frame) return;
    const texts = {
      none: ["spark", "Nothing built yet", "The app appears here after its first build."],
      planning: ["plan", "Planning", "The builder is working out what to build."],
      building: ["pencil", "Building", "The builder is writing the app."],
      preparing: ["tool", "Preparing the preview", "The app is being compiled and checked."],
    };
    const [name, title, line] = texts[word] ?? texts.none;
    find(".preview-placeholder", this.stage)?.remove();
    this.stage.append(element("div", { class: "preview-placeholder", "data-phase": word }, icon(name, { size: "large" }),
      element("p", { class: "preview-title" }, title), element("p", { class: "quiet small" }, line)));
    this.#setState("none");
  }

  #problem(text) {
    find(".preview-placeholder", this.stage)?.remove();
    this.stage.append(element("div", { class: "preview-placeholder" }, icon("error", { size: "large" }), element("p", {}, text),
      element("button", { class: "button", type: "button", onclick: () => this.load({ force: true }) }, "Retry")));
    this.#setState("error");
  }

  #setState(state) {
    this.root.dataset.state = state;
    this.state.dataset.state = state;
    this.state.textContent = { none: "", loading: "Loading…", ready: "", blocked: "JavaScript is switched off for previews in this workspace.", error: "" }[state];
  }

  #note(text) {
    this.state.textContent = text;
    setTimeout(() => this.state.textContent === text && (this.state.textContent = ""), 3000);
  }

  #act(act, button) {
    if (act === "reload") this.load({ force: true });
    else if (act === "alone") window.open(`${location.pathname}?alone=1&v=${encodeURIComponent(this.version)}`, "_blank", "noopener");
    else if (act === "console") {
      const panel = find("[data-part=console]", this.root);
      panel.hidden = !panel.hidden;
      button.setAttribute("aria-expanded", String(!panel.hidden));
    } else if (act === "clear-console") {
      this.lines = [];
      this.#drawConsole();
    } else if (widths[act]) {
      this.stage.style.setProperty("--preview-width", widths[act]);
      for (const other of findAll("[data-preview-act=phone],[data-preview-act=tablet],[data-preview-act=full]", this.root)) {
        other.setAttribute("aria-pressed", String(other === button));
      }
    }
  }

  /** Messages count only when they come from our own frame's window. */
  #message(event) {
    if (!this.frame || event.source !== this.frame.contentWindow) return;
    const message = event.data;
    if (message?.source !== "second-app") return;
    if (message.type === "second:console") this.#line(String(message.level ?? "log"), String(message.text ?? ""));
    else if (message.type === "second:error") {
      const text = String(message.message ?? message.text ?? "The app failed.").slice(0, 2000);
      this.#line("error", text);
      this.failure = { text, stack: String(message.stack ?? "").slice(0, 4000) };
      this.#drawError();
    }
  }

  #line(level, text) {
    this.lines.push({ level, text: text.slice(0, 4000) });
    if (this.lines.length > keptLines) this.lines.splice(0, this.lines.length - keptLines);
    cancelAnimationFrame(this.drawing);
    this.drawing = requestAnimationFrame(() => this.#drawConsole());
  }

  #drawConsole() {
    const count = find("[data-part=console-count]", this.root);
    const errors = this.lines.filter((line) => line.level === "error").length;
    count.textContent = errors ? String(errors) : "";
    count.hidden = errors === 0;
    const shown = this.lines.filter((line) => this.level === "all" || line.level === this.level);
    find("[data-part=console-lines]", this.root).replaceChildren(...(shown.length
      ? shown.map((line) => element("li", { "data-level": line.level }, element("span", { class: "meta" }, line.level), element("span", { dir: "auto" }, line.text)))
      : [element("li", { class: "quiet" }, "The app has written nothing.")]));
  }

  #drawError() {
    const bar = find("[data-part=preview-error]", this.root);
    bar.hidden = !this.failure;
    if (!this.failure) return bar.replaceChildren();
    bar.replaceChildren(icon("error"), element("p", { dir: "auto" }, this.failure.text.split("\n")[0]),
      element("button", { class: "button bar", type: "button", onclick: () => this.#fix() }, icon("bug"), "Fix this"),
      element("button", { class: "button quiet icon-only bar", type: "button", "aria-label": "Dismiss",
        onclick: () => ((this.failure = null), this.#drawError()) }, icon("close")));
  }

  #fix() {
    const tail = this.lines.slice(-20).map((line) => `${line.level}: ${line.text}`).join("\n");
    announce("second:fix", { text: `The app fails in the preview:\n\n${this.failure.text}\n${this.failure.stack}\n\nConsole:\n${tail}\n\nPlease fix this.`.slice(0, 8000) });
    this.failure = null;
    this.#drawError();
  }
}
