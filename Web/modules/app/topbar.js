// The bar over an app: its name, what it is doing, which version is shown, and the menu.

import { announce, find, findAll, on } from "../dom.js";
import { get } from "../http.js";
import { subscribe } from "../bus.js";
import { bindMenu } from "../menus.js";
import { toast } from "../toasts.js";

const statusWords = {
  draft: ["Draft", ""],
  changes: ["Draft changes", "info"],
  review_requested: ["In review", "warn"],
  changes_requested: ["Changes requested", "bad"],
  published: ["Published", "ok"],
};

export function mount(root) {
  new TopBar(root);
}

class TopBar {
  constructor(root) {
    this.root = root;
    this.id = root.dataset.app;
    this.workspace = root.dataset.workspace;
    this.base = `/api/workspaces/${this.workspace}/apps/${this.id}`;
    this.state = "idle";
    bindMenu(find("#app-menu"));
    on(find("#app-menu"), "click", "[data-app-act]", (event, item) => this.act(item.dataset.appAct));
    on(root, "click", '[data-act="rename"]', () => this.act("rename"));
    on(root, "click", "[data-set-version]", (event, button) => this.setVersion(button.dataset.setVersion));
    document.addEventListener("second:app-renamed", ({ detail }) => detail._id === this.id && this.showName(detail.name));
    document.addEventListener("second:run-state", ({ detail }) => this.showRun(detail.state));
    subscribe(["apps"], () => this.refetch());
  }

  get name() {
    return find("[data-app-name]", this.root).textContent;
  }

  act(name) {
    const app = { _id: this.id, name: this.name };
    if (name === "rename") announce("second:rename-app", app);
    else if (name === "delete") announce("second:delete-app", app);
    else if (name === "versions" || name === "files") announce("second:stage", { name });
    else if (name === "new-conversation") announce("second:new-conversation");
    else if (name === "copy-link") this.copyLink();
    else if (name === "collaborators") this.showCollaborators();
  }

  async showCollaborators() {
    try {
      (await import("./collaborators.js")).openCollaborators(this.base);
    } catch {
      toast("The list could not be loaded. Check the connection and try again.", { kind: "bad" });
    }
  }

  async copyLink() {
    try {
      await navigator.clipboard.writeText(location.href);
      toast("The link is in the clipboard.");
    } catch {
      toast(`The browser did not allow it. The link is ${location.href}`, { kind: "info" });
    }
  }

  showName(name) {
    if (name === this.name) return;
    find("[data-app-name]", this.root).textContent = name;
    find("h1", this.root).title = name;
    find(".app-title", this.root)?.setAttribute("aria-label", `${name}, rename`);
    const at = document.title.lastIndexOf(" — ");
    this.baseTitle = `${name}${at < 0 ? "" : document.title.slice(at)}`;
    this.showTitle();
  }

  showRun(state) {
    this.state = state;
    const button = find(".app-working", this.root);
    button.hidden = state === "idle";
    button.dataset.state = state;
    find("[data-working-text]", button).textContent = state === "waiting" ? "Needs your decision" : "Working…";
    find(".spinner", button).hidden = state !== "working";
    this.showTitle();
  }

  /** “App — Workspace”, with a mark in front while it works or waits. */
  showTitle() {
    this.baseTitle ??= document.title;
    const mark = { waiting: "Needs you: ", working: "… " }[this.state] ?? "";
    document.title = mark + this.baseTitle;
  }

  setVersion(version) {
    if (version === this.root.dataset.version) return;
    this.root.dataset.version = version;
    const toggle = find('[data-testid="version-toggle"]', this.root);
    toggle.dataset.version = version;
    for (const button of findAll("[data-set-version]", toggle)) {
      button.setAttribute("aria-pressed", String(button.dataset.setVersion === version));
    }
    const address = new URL(location.href);
    if (version === "draft") address.searchParams.set("v", "draft");
    else address.searchParams.delete("v");
    history.replaceState(history.state, "", address);
    announce("second:version", { version });
  }

  /** Name and state as they are now; an app that is gone leads home. */
  async refetch() {
    try {
      const [app, state] = await Promise.all([get(this.base), get(`${this.base}/state`)]);
      this.showName(app.name);
      const status = state.publishStatus === "published" && state.hasDraftChanges ? "changes" : state.publishStatus;
      const [words, kind] = statusWords[status] ?? statusWords.draft;
      const badge = find('[data-testid="status-badge"]', this.root);
      badge.textContent = words;
      badge.className = `badge ${kind}`;
      announce("second:app-state", state);
    } catch (error) {
      if (error.status !== 404 || this.isGone) return;
      this.isGone = true;
      toast("This app was deleted.", {
        kind: "bad",
        action: { label: "Go home", run: () => location.assign(`/w/${this.workspace}`) },
      });
    }
  }
}
