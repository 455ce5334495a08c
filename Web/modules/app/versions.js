// Every saved version of the app: look at it, name it, see what it changed, bring it back. Bringing back makes a new version;
// nothing is lost.

import { subscribe } from "../bus.js";
import { confirm, openDialog } from "../dialogs.js";
import { announce, debounce, element, find, icon } from "../dom.js";
import { api, get } from "../http.js";
import { timeAgo } from "../time.js";
import { toast } from "../toasts.js";
import { hunkTable } from "./diff.js";

const origins = { build: "Build", import: "Import", restore: "Restored", agents: "Agents changed", edit: "Edited" };

export function mount(root) {
  new Versions(root);
}

class Versions {
  constructor(root) {
    this.root = root;
    this.app = root.closest(".app");
    this.base = `/api/workspaces/${this.app.dataset.workspace}/apps/${this.app.dataset.app}`;
    this.items = null;
    this.list = element("ol", { class: "version-list", role: "list" });
    this.more = element("button", { class: "button bar", type: "button", hidden: true, onclick: () => this.load(this.next) }, "Show older versions");
    root.append(element("div", { class: "versions-body" },
      element("header", { class: "versions-head" }, element("h2", {}, "Versions"),
        element("p", { class: "quiet small" }, "Every build is kept. Restoring one makes a new version, so nothing is lost.")),
      this.list, this.more));
    this.list.append(...Array.from({ length: 4 }, () => element("li", { class: "skeleton version-skeleton appear", "aria-hidden": "true" })));
    const soon = debounce(() => this.isShown && this.load(), 120);
    document.addEventListener("second:built", soon);
    document.addEventListener("second:app-state", soon);
    subscribe(["apps"], () => soon());
    document.addEventListener("second:stage-shown", ({ detail }) => {
      this.isShown = detail.name === "versions";
      if (this.isShown) this.load();
    });
  }

  async load(cursor) {
    let page;
    try {
      page = await get(`${this.base}/versions${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`);
    } catch (error) {
      if (!this.items) {
        this.list.replaceChildren(element("li", { class: "empty", role: "alert" }, element("p", {}, error.message),
          element("button", { class: "button", type: "button", onclick: () => this.load() }, icon("refresh"), "Retry")));
      } else toast(error.message, { kind: "bad" });
      return;
    }
    const known = cursor ? this.items : [];
    this.items = [...known, ...page.items];
    this.next = page.nextCursor;
    this.more.hidden = !this.next;
    this.draw();
  }

  draw() {
    if (!this.items.length) {
      this.list.replaceChildren(element("li", { class: "empty" }, "The first build makes the first version."));
      return;
    }
    const open = new Map([...this.list.querySelectorAll("[data-version-id]")].map((row) => [row.dataset.versionId, row]));
    this.list.replaceChildren(...this.items.map((item) => {
      const key = JSON.stringify([item.name, item.isDraft, item.isPublished]);
      const old = open.get(item.id);
      return old?.dataset.key === key ? old : this.row(item, key);
    }));
  }

  row(item, key) {
    const title = item.name || item.summary?.split("\n")[0] || origins[item.origin] || "Version";
    const label = `version ${item.number}${item.name ? `, ${item.name}` : ""}`;
    const detail = element("div", { class: "version-detail", hidden: true });
    const at = new Date(item.createdAt);
    const changes = element("button", { class: "button quiet bar", type: "button", "aria-expanded": "false",
      onclick: () => this.toggleDiff(item, detail, changes) }, icon("diff"), "Changes");
    return element("li", { class: "version", "data-version-id": item.id, "data-key": key, "data-current": item.isDraft },
      element("div", { class: "version-top" },
        element("span", { class: "version-number numbers", "aria-label": `Version ${item.number}` }, String(item.number)),
        element("div", { class: "version-text" },
          element("p", { class: "version-title" }, element("bdi", { class: "truncate", title }, title),
            item.isDraft && element("span", { class: "badge info" }, "Draft"), item.isPublished && element("span", { class: "badge ok" }, "Published")),
          element("p", { class: "meta" }, origins[item.origin] ?? item.origin, " · ",
            element("time", { datetime: item.createdAt, title: at.toLocaleString() }, timeAgo(at, new Date())),
            ` · ${item.fileCount} files`))),
      element("div", { class: "version-actions" },
        element("button", { class: "button quiet bar", type: "button", disabled: !item.artifactHash, title: item.artifactHash ? null : "It has no finished build",
          onclick: () => this.look(item, label) }, icon("eye"), "Look"),
        changes,
        element("button", { class: "button quiet bar", type: "button", onclick: () => this.rename(item) }, icon("pencil"), item.name ? "Rename" : "Name"),
        !item.isDraft && element("button", { class: "button quiet bar", type: "button", onclick: () => this.restore(item, label) }, icon("undo"), "Restore")),
      detail);
  }

  look(item, label) {
    announce("second:preview-revision", item.isDraft ? null : { id: item.id, label });
    announce("second:stage", { name: "preview" });
  }

  async toggleDiff(item, detail, button) {
    const isOpen = detail.hidden;
    detail.hidden = !isOpen;
    button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen || detail.childElementCount) return;
    const older = this.items.find((other) => other.number < item.number);
    button.setAttribute("aria-busy", "true");
    try {
      const against = older ? `?against=${older.id}` : "";
      const diff = await get(`${this.base}/versions/${item.id}/diff${against}`);
      detail.replaceChildren(...this.diff(diff, older));
    } catch (error) {
      detail.hidden = true;
      button.setAttribute("aria-expanded", "false");
      toast(error.message, { kind: "bad" });
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  diff({ files }, older) {
    const source = files.filter((file) => !file.path.startsWith("dist/"));
    const built = files.length - source.length;
    const words = { added: "new", removed: "removed", changed: "changed" };
    return [
      element("p", { class: "small quiet" }, older ? `Against version ${older.number}: ` : "The first version: ",
        `${source.length} ${source.length === 1 ? "file" : "files"}`, built ? `, and ${built} built` : "", "."),
      ...source.map((file) => element("details", { class: "diff-file" },
        element("summary", {}, icon("file"), element("bdi", { class: "truncate" }, file.path),
          element("span", { class: `badge ${{ added: "ok", removed: "bad" }[file.status] ?? "info"}` }, words[file.status] ?? file.status)),
        file.hunks ? hunkTable(file.hunks) : element("p", { class: "small quiet diff-none" }, "Not compared: it is not text, or too large."))),
    ];
  }

  async rename(item) {
    const input = element("input", { class: "input", id: "version-name", maxlength: "80", autocomplete: "off", value: item.name ?? "" });
    const problem = element("p", { class: "field-error", role: "alert", hidden: true });
    const dialog = element("dialog", { class: "dialog", "aria-labelledby": "version-name-title" },
      element("form", { class: "dialog-body" }, element("h2", { id: "version-name-title" }, `Name version ${item.number}`),
        element("div", { class: "field" }, element("label", { for: "version-name" }, "Name"), input, problem),
        element("div", { class: "dialog-foot" }, element("button", { class: "button", type: "button", onclick: () => dialog.close() }, "Cancel"),
          element("button", { class: "button primary", type: "submit" }, "Save"))));
    dialog.addEventListener("close", () => dialog.remove());
    find("form", dialog).addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await api("PATCH", `${this.base}/versions/${item.id}`, { name: input.value.trim() || null });
        dialog.close();
        await this.load();
      } catch (error) {
        problem.textContent = error.message;
        problem.hidden = false;
        input.focus();
      }
    });
    document.body.append(dialog);
    openDialog(dialog);
    input.select();
  }

  async restore(item, label) {
    const agreed = await confirm({
      title: "Restore this version?", kind: "primary", verb: "Restore",
      text: `The draft becomes ${label} again. What you have now stays in the list.`,
    });
    if (!agreed) return;
    try {
      await api("POST", `${this.base}/versions/${item.id}/restore`);
      toast(`The draft is ${label} again.`);
      announce("second:preview-revision", null);
      announce("second:built", {});
      this.load();
    } catch (error) {
      toast(error.message, { kind: "bad" });
    }
  }
}
