// The built app in its frame. The page around it only listens: what comes out of the frame is text to show, nothing more.
//
// Listens:  "second:built", "second:version" { version }, "second:phase" { word }, "second:app-state",
//           "second:preview-revision" { id, label } (a single revision; null goes back)
// Tells:    "second:preview" { state }, "second:fix" { text }

import { subscribe } from "../bus.js";
import { announce, debounce, element, find, findAll, icon, on } from "../dom.js";
import { ApiError, get } from "../http.js";
import { Console } from "./console.js";

const loadLimit = 15_000;

export function mount(root) {
  new Preview(root).load();
}

export class Preview {
  constructor(root) {
    this.root = root;
    this.app = root.closest(".app");
    this.area = find('[data-testid="preview-state"]', root);
    this.place = find("[data-place]", root);
    this.canCollaborate = this.app.dataset.canCollaborate === "true";
    this.base = `/api/workspaces/${this.app.dataset.workspace}/apps/${this.app.dataset.app}`;
    this.revision = null;
    this.word = "none";
    this.console = new Console(find(".console", root), find('[data-act="console"]', root));
    /** The newest frame; the one it takes the place of stays in sight until it is there. */
    this.frame = null;
    this.hash = null;
    this.rights = null;
    /** Where the app stands, as its frame tells: `{ x, y }` in its own pixels. */
    this.scroll = null;
    /** Nothing is asked for before there can be something: a refusal would only stand in the browser's console. */
    this.mayExist = this.app.dataset.built === "true";
    this.bind();
  }

  get version() {
    return this.revision?.id ?? this.app.dataset.version;
  }

  bind() {
    on(this.root, "click", '[data-act="reload"]', () => this.load({ force: true }));
    on(this.root, "click", '[data-act="fix"]', () => this.fix());
    on(this.root, "click", '[data-act="dismiss"]', () => this.showError(null));
    on(this.root, "click", "[data-width]", (event, button) => this.setWidth(button.dataset.width));
    on(this.root, "click", '[data-act="back-to-draft"]', () => announce("second:preview-revision", null));
    on(this.root, "click", '[data-act="alone"]', (event, link) => {
      if (link.getAttribute("aria-disabled") === "true") event.preventDefault();
    });
    addEventListener("message", (event) => this.receive(event));
    const soon = debounce(() => this.load(), 120);
    // The result of a build arrives before the build is kept; the app's state tells when it is, the turn's end at last.
    document.addEventListener("second:built", () => {
      this.wasBuilt = true;
      this.load();
    });
    document.addEventListener("second:app-state", ({ detail }) => {
      // A draft may have sources long before it has a page.
      if (detail?.draft?.artifactHash || detail?.published?.artifactHash) this.mayExist = true;
      soon();
    });
    document.addEventListener("second:turn-ended", () => {
      if (this.wasBuilt) this.mayExist = true;
      soon();
    });
    // What an app may do is decided anew; a frame keeps the rights it was made with.
    subscribe(["workspace-settings"], () => this.mayExist && this.load());
    document.addEventListener("second:version", () => {
      this.revision = null;
      this.load({ fresh: true });
    });
    document.addEventListener("second:preview-revision", ({ detail }) => {
      this.revision = detail;
      this.mayExist = true;
      this.load({ fresh: true });
    });
    document.addEventListener("second:phase", ({ detail }) => {
      this.word = detail.word;
      if (this.state === "none") this.showPlaceholder();
    });
    document.addEventListener("second:run-state", ({ detail }) => {
      this.isWorking = detail.state === "working";
      if (!this.isWorking) this.word = "none";
      if (this.state === "none") this.showPlaceholder();
    });
  }

  setState(state) {
    this.state = state;
    this.area.dataset.state = state;
    this.area.setAttribute("aria-busy", String(state === "loading"));
    announce("second:preview", { state });
  }

  // MARK: Loading

  /** `force` loads the same build anew; `fresh` forgets what is shown, because it is another version. */
  async load({ force = false, fresh = false } = {}) {
    const turn = (this.turn = (this.turn ?? 0) + 1);
    if (fresh) this.clear();
    if (!this.mayExist && !force) return this.showNone();
    let address;
    try {
      address = await get(`${this.base}/preview?version=${encodeURIComponent(this.version)}`);
    } catch (error) {
      if (turn !== this.turn) return;
      if (error instanceof ApiError && error.status === 404) return this.showNone();
      if (!this.frame) this.showProblem(error.message);
      else this.note(error.message);
      return;
    }
    if (turn !== this.turn) return;
    const rights = `${address.sandbox ?? ""}|${address.allow ?? ""}`;
    const isSameRights = rights === this.rights;
    if (!force && this.frame && address.hash === this.hash && isSameRights) return;
    // What runs with rights that it no longer has is not kept in sight while the other one loads.
    const isUpdate = this.frame !== null && !force && !fresh && isSameRights;
    this.hash = address.hash;
    this.rights = rights;
    this.show(address, isUpdate);
  }

  show(address, isUpdate) {
    this.showError(null);
    this.console.clear();
    if (!isSafe(address.url)) return this.showProblem("The server gave an address that cannot be shown here.");
    const sandbox = address.sandbox ?? "allow-scripts allow-modals allow-forms";
    const frame = element("iframe", {
      class: "preview-frame", "data-testid": "preview-frame", title: `Preview of ${find("[data-app-name]", this.app).textContent}`,
      // Never with the page's own origin, whatever the server says.
      sandbox: sandbox.split(/\s+/).filter((token) => token && token !== "allow-same-origin").join(" "),
      allow: address.allow ?? null, referrerpolicy: "no-referrer", src: address.url,
      // The bridge in the frame reads its name once and goes there.
      name: isUpdate && this.scroll ? `second-scroll:${this.scroll.x},${this.scroll.y}` : null,
    });
    // Of those before it only one that is there may wait in sight; one that was still loading has lost its turn.
    const others = () => findAll("iframe", this.place).filter((other) => other !== frame);
    for (const other of others()) if (other.dataset.ready === undefined) other.remove();
    this.frame = frame;
    this.scroll = null;
    clearTimeout(this.loadTimer);
    if (!isUpdate) this.setState("loading");
    const done = () => {
      clearTimeout(this.loadTimer);
      if (this.frame !== frame) return;
      for (const other of others()) other.remove();
      frame.dataset.ready = "";
      if (!sandbox.includes("allow-scripts")) this.setState("blocked");
      else if (this.state !== "error") this.setState("ready");
      this.blocked();
      this.note(isUpdate ? "Updated" : "");
    };
    frame.addEventListener("load", done, { once: true });
    this.loadTimer = setTimeout(done, loadLimit);
    // The new page grows behind the old one and takes its place when it is there.
    if (!isUpdate) this.place.replaceChildren(frame, skeleton());
    else this.place.append(frame);
    const alone = find('[data-act="alone"]', this.root);
    // There it stays in a frame: a page of its own could send itself anywhere.
    alone.href = `${location.pathname}?alone=1&v=${encodeURIComponent(this.version)}`;
    alone.removeAttribute("aria-disabled");
    this.showRevision();
  }

  clear() {
    clearTimeout(this.loadTimer);
    this.frame = null;
    this.hash = null;
    this.rights = null;
    this.scroll = null;
    this.showError(null);
    this.console.clear();
    this.place.replaceChildren();
  }

  blocked() {
    find(".skeleton-page", this.place)?.remove();
    find(".preview-blocked", this.root)?.remove();
    if (this.state !== "blocked") return;
    this.area.before(element("p", { class: "preview-blocked callout warn" }, icon("shield"),
      element("span", {}, "Scripts are switched off for previews in this workspace, so the app cannot run here.")));
  }

  showRevision() {
    find(".revision-bar", this.root)?.remove();
    if (!this.revision) return;
    this.area.before(element("div", { class: "revision-bar callout" }, icon("history"),
      element("span", {}, "This is ", element("strong", { dir: "auto" }, this.revision.label), ", not the current draft."),
      element("button", { class: "button bar", type: "button", "data-act": "back-to-draft" }, "Back to the draft")));
  }

  // MARK: Without a page

  showNone() {
    this.clear();
    this.setState("none");
    const alone = find('[data-act="alone"]', this.root);
    alone.removeAttribute("href");
    alone.setAttribute("aria-disabled", "true");
    this.showRevision();
    this.showPlaceholder();
  }

  showPlaceholder() {
    const [title, text] = this.revision ? ["Nothing to show", "This version has no finished build."] : {
      planning: ["Planning", "The plan comes first. You decide about it in the conversation."],
      building: ["Building", "Files are being written. The app appears here when it is built."],
      preparing: ["Preparing the preview", "The app is being checked and bundled."],
    }[this.word] ?? (this.isWorking
      ? ["Working", "The app appears here when it is built."]
      : ["Nothing built yet", this.canCollaborate ? "Tell the builder what you need. The app appears here." : "There is no published version yet."]);
    this.place.replaceChildren(element("div", { class: "preview-none" },
      element("span", { class: "preview-none-mark", "aria-hidden": "true" }, icon("logo", { size: "large" })),
      element("h2", {}, title), element("p", { class: "quiet" }, text)));
  }

  showProblem(text) {
    this.clear();
    this.setState("error");
    this.place.replaceChildren(element("div", { class: "preview-none", role: "alert" }, icon("error", { size: "large" }),
      element("h2", {}, "The preview did not load"), element("p", { class: "quiet" }, text),
      element("button", { class: "button", type: "button", onclick: () => this.load({ force: true }) }, icon("refresh"), "Retry")));
  }

  note(text) {
    const place = find(".preview-note", this.root);
    place.textContent = text;
    clearTimeout(this.noteTimer);
    if (text) this.noteTimer = setTimeout(() => (place.textContent = ""), 4000);
  }

  // MARK: What the frame says

  receive(event) {
    // Only the frame that is shown is heard; its origin is opaque and says nothing.
    if (!this.frame || event.source !== this.frame.contentWindow) return;
    const message = event.data;
    if (message === null || typeof message !== "object" || message.source !== "second-app") return;
    if (message.type === "second:console") this.console.add(message.level, message.text);
    else if (message.type === "second:error") this.runtimeError(message);
    else if (message.type === "second:scroll" && [message.x, message.y].every((one) => Number.isSafeInteger(one) && one >= 0)) {
      this.scroll = { x: message.x, y: message.y };
    }
  }

  runtimeError({ message, stack, file, line }) {
    const text = String(message ?? "Unknown error").slice(0, 2000);
    const where = file ? `${String(file).slice(-120)}${Number.isInteger(line) ? `:${line}` : ""}` : "";
    this.console.add("error", text);
    this.failure = { text, where, stack: typeof stack === "string" ? stack.slice(0, 3000) : "" };
    this.setState("error");
    this.showError(text);
  }

  showError(text) {
    const bar = find(".preview-error", this.root);
    bar.hidden = !text;
    find(".preview-error-text", bar).textContent = text ? text.slice(0, 300) : "";
    find('[data-act="fix"]', bar).hidden = !this.canCollaborate || this.version === "published";
    if (!text) {
      this.failure = null;
      if (this.state === "error" && this.frame) this.setState("ready");
    }
  }

  fix() {
    if (!this.failure) return;
    const { text, where, stack } = this.failure;
    const tail = this.console.tail(20);
    const fence = "```";
    announce("second:fix", {
      text: [
        "The preview shows an error. Please find the cause and fix it.",
        `${fence}\n${(stack.includes(text) ? stack : `${text}\n${stack}`).trim()}${where ? `\n${where}` : ""}\n${fence}`,
        tail && `Console before it:\n${fence}\n${tail}\n${fence}`,
      ].filter(Boolean).join("\n\n").replaceAll("\u0000", ""),
    });
    this.showError(null);
  }

  setWidth(width) {
    for (const button of findAll("[data-width]", this.root)) button.setAttribute("aria-pressed", String(button.dataset.width === width));
    this.place.dataset.width = width;
  }
}

/** Only our own preview route may be framed. */
export const isSafe = (address) => /^\/preview\/[\w.~-]+\/?/.test(address ?? "") && !address.includes("..");

const skeleton = () => element("div", { class: "skeleton-page skeleton appear", "aria-hidden": "true" },
  element("div", { class: "skeleton-bar" }), element("div", { class: "skeleton-cards" }, element("i"), element("i"), element("i")),
  element("div", { class: "skeleton-body" }));
