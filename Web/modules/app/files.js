// The file explorer: a tree, tabs of read-only code, marks on what changed, copy and download.

import { debounce, element, find, findAll, icon, on } from "../dom.js";
import { get } from "../http.js";
import { toast } from "../toasts.js";
import { highlight } from "./highlight.js";
import { size } from "./parts.js";

export function mount(root) {
  return new Files(root).start();
}

class Files {
  constructor(root) {
    const boot = JSON.parse(find("#bootstrap").textContent);
    this.root = root;
    this.base = `/api/workspaces/${boot.workspaceId}/apps/${boot.appId}`;
    this.tree = find("[role=tree]", root);
    this.view = find("[data-part=file-view]", root);
    this.filter = find("[data-part=file-filter]", root);
    this.files = [];
    this.hashes = new Map();
    this.changed = new Set();
    this.closed = new Set(["dist"]);
    this.open = null;
  }

  start() {
    document.addEventListener("second:open-file", (event) => this.show(event.detail.path));
    document.addEventListener("second:show-files", () => this.toggle());
    const refresh = debounce(() => !this.root.hidden && this.load(), 120);
    for (const type of ["second:files-changed", "second:built", "second:turn-ended"]) document.addEventListener(type, refresh);
    on(this.root, "click", "[data-act=close-files]", () => this.toggle(false));
    on(this.root, "click", "[role=treeitem]", (event, item) => this.#activate(item));
    this.tree.addEventListener("keydown", (event) => this.#key(event));
    this.filter.addEventListener("input", () => this.#draw());
  }

  async toggle(open = this.root.hidden) {
    this.root.hidden = !open;
    for (const button of findAll("[data-act=files]")) button.setAttribute("aria-expanded", String(open));
    if (!open) return;
    await this.load();
    if (!this.open) await this.#openFile(this.files.some((file) => file.path === "src/App.tsx") ? "src/App.tsx" : this.files[0]?.path);
    this.filter.focus();
  }

  async show(path) {
    if (this.root.hidden) await this.toggle(true);
    const known = this.files.find((file) => file.path === path || path.endsWith(`/${file.path}`));
    if (known) this.#openFile(known.path);
  }

  async load() {
    let answer;
    try {
      answer = await get(`${this.base}/files?version=draft`);
    } catch (error) {
      this.tree.replaceChildren(element("li", { class: "empty" }, error.message, " ",
        element("button", { class: "link-button", type: "button", onclick: () => this.load() }, "Retry")));
      return;
    }
    this.files = answer.files ?? [];
    for (const file of this.files) {
      const before = this.hashes.get(file.path);
      if (before && before !== file.hash) this.changed.add(file.path);
      this.hashes.set(file.path, file.hash);
    }
    this.#draw();
    if (this.open && this.changed.has(this.open)) this.#openFile(this.open);
  }

  #draw() {
    const wanted = this.filter.value.trim().toLowerCase();
    const files = this.files.filter((file) => !wanted || file.path.toLowerCase().includes(wanted));
    if (!files.length) {
      this.tree.replaceChildren(element("li", { class: "empty" }, wanted ? "No file by that name." : "Nothing built yet."));
      return;
    }
    const rows = [];
    const seen = new Set();
    for (const file of files) {
      const parts = file.path.split("/");
      let hidden = false;
      for (let depth = 0; depth < parts.length - 1; depth++) {
        const folder = parts.slice(0, depth + 1).join("/");
        if (!hidden && !seen.has(folder)) {
          seen.add(folder);
          rows.push(this.#row({ path: folder, name: parts[depth], depth, isFolder: true, isOpen: wanted !== "" || !this.closed.has(folder) }));
        }
        if (!wanted && this.closed.has(folder)) hidden = true;
      }
      if (!hidden) rows.push(this.#row({ path: file.path, name: parts.at(-1), depth: parts.length - 1, file }));
    }
    const focused = document.activeElement?.dataset?.path;
    this.tree.replaceChildren(...rows);
    const current = rows.find((row) => row.dataset.path === (focused ?? this.open)) ?? rows[0];
    for (const row of rows) row.tabIndex = row === current ? 0 : -1;
    if (focused) current.focus();
  }

  #row({ path, name, depth, isFolder, isOpen, file }) {
    return element("li", { role: "treeitem", class: "file-row", "data-testid": "file-row", "data-path": path, tabindex: "-1",
      "aria-level": depth + 1, "aria-expanded": isFolder ? String(isOpen) : null, "aria-selected": String(path === this.open),
      style: null },
    ...Array.from({ length: depth }, () => element("span", { class: "file-indent", "aria-hidden": "true" })),
    icon(isFolder ? (isOpen ? "chevron-down" : "chevron-right") : file?.isBinary ? "image" : "file"),
    element("bdi", { class: "truncate" }, name),
    this.changed.has(path) && element("span", { class: "file-dot", title: "changed", role: "img", "aria-label": "changed" }));
  }

  #activate(item) {
    const path = item.dataset.path;
    if (item.hasAttribute("aria-expanded")) {
      if (this.closed.has(path)) this.closed.delete(path);
      else this.closed.add(path);
      this.#draw();
      this.#focus(path);
    } else this.#openFile(path);
  }

  #focus(path) {
    const row = findAll("[role=treeitem]", this.tree).find((row) => row.dataset.path === path);
    for (const other of findAll("[role=treeitem]", this.tree)) other.tabIndex = other === row ? 0 : -1;
    row?.focus();
  }

  #key(event) {
    const rows = findAll("[role=treeitem]", this.tree);
    const index = rows.indexOf(document.activeElement);
    if (index < 0) return;
    const row = rows[index];
    const expanded = row.getAttribute("aria-expanded");
    const go = (target) => target && this.#focus(target.dataset.path);
    const act = {
      ArrowDown: () => go(rows[index + 1]), ArrowUp: () => go(rows[index - 1]), Home: () => go(rows[0]), End: () => go(rows.at(-1)),
      ArrowRight: () => (expanded === "false" ? this.#activate(row) : go(rows[index + 1])),
      ArrowLeft: () => (expanded === "true" ? this.#activate(row)
        : go(rows.find((other) => other.dataset.path === row.dataset.path.split("/").slice(0, -1).join("/")))),
      Enter: () => this.#activate(row), " ": () => this.#activate(row),
    }[event.key];
    if (act) {
      event.preventDefault();
      act();
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      const after = [...rows.slice(index + 1), ...rows.slice(0, index)];
      go(after.find((other) => other.textContent.toLowerCase().startsWith(event.key.toLowerCase())));
    }
  }

  async #openFile(path) {
    if (!path) return this.view.replaceChildren(element("p", { class: "empty" }, "Nothing built yet."));
    this.open = path;
    this.changed.delete(path);
    this.#draw();
    const file = this.files.find((file) => file.path === path);
    const address = `${this.base}/files/content?version=draft&path=${encodeURIComponent(path)}`;
    const tools = [element("bdi", { class: "truncate file-path" }, path), element("span", { class: "meta" }, size(file?.size ?? 0)),
      element("button", { class: "button quiet bar", type: "button", onclick: () => this.#copy(path) }, "Copy path"),
      element("a", { class: "button quiet bar", href: address, download: path.split("/").pop() }, icon("download"), "Download")];
    if (file?.isBinary || (file?.size ?? 0) > 512 * 1024) {
      this.view.replaceChildren(element("header", { class: "file-head" }, tools),
        element("p", { class: "empty" }, file?.isBinary ? "This file is not text." : "This file is too large to show."));
      return;
    }
    try {
      const response = await fetch(address);
      if (!response.ok) throw new Error("This file could not be read.");
      const text = await response.text();
      if (this.open !== path) return;
      const copy = element("button", { class: "button quiet bar", type: "button", onclick: () => this.#copy(text) }, "Copy");
      const code = element("code", {});
      code.append(...highlight(text, path));
      this.view.replaceChildren(element("header", { class: "file-head" }, ...tools, copy),
        element("div", { class: "file-code", tabindex: "0", role: "group", "aria-label": path },
          element("pre", { class: "file-numbers", "aria-hidden": "true" }, text.split("\n").map((line, index) => index + 1).join("\n")),
          element("pre", { dir: "ltr" }, code)));
    } catch (error) {
      this.view.replaceChildren(element("p", { class: "empty" }, error.message, " ",
        element("button", { class: "link-button", type: "button", onclick: () => this.#openFile(path) }, "Retry")));
    }
  }

  async #copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      toast("Copied.");
    } catch {
      toast("The browser did not allow copying.", { kind: "bad" });
    }
  }
}
