// The files of the app, to read: a tree, tabs, and the text with line numbers. Fetched file by file when opened.

import { debounce, element, find, findAll, icon } from "../dom.js";
import { get } from "../http.js";
import { sizeText } from "../attachment-rules.js";
import { toast } from "../toasts.js";
import { buildTree, changedPaths, firstFile, foldersOf, savedPath, visibleRows } from "./file-tree.js";
import { codeView, copy, headOf } from "./file-view.js";
import { lineDiff, diffTable } from "./diff.js";
import { splitter } from "./splitter.js";

const readable = 512 * 1024;

export function mount(root) {
  new Files(root);
}

export class Files {
  constructor(root) {
    this.root = root;
    this.app = root.closest(".app");
    this.base = `/api/workspaces/${this.app.dataset.workspace}/apps/${this.app.dataset.app}`;
    this.files = null;
    /** Counts the versions that were shown: what was asked of an earlier one is not for this one. */
    this.round = 0;
    this.open = new Set(["src", "src/components"]);
    this.changed = new Set();
    this.tabs = [];
    this.texts = new Map();
    this.draw();
    const soon = debounce(() => this.refresh(), 120);
    for (const name of ["second:files-changed", "second:built", "second:turn-ended", "second:app-state"]) document.addEventListener(name, soon);
    document.addEventListener("second:version", () => this.reset());
    document.addEventListener("second:stage-shown", ({ detail }) => {
      this.isShown = detail.name === "files";
      if (this.isShown && !this.files) this.refresh();
    });
    document.addEventListener("second:open-file", async ({ detail }) => {
      if (!this.files) await this.refresh();
      const path = savedPath(detail.path, this.files ?? []);
      if (path) this.show(path);
      else toast(`“${detail.path.split("/").at(-1)}” is not in the saved files yet.`, { kind: "info" });
    });
  }

  get version() {
    return this.app.dataset.version;
  }

  draw() {
    this.tree = element("ul", { class: "tree", role: "tree", "aria-label": "Files" });
    this.tree.addEventListener("keydown", (event) => this.key(event));
    this.tree.addEventListener("click", (event) => {
      const row = event.target.closest("[role=treeitem]");
      if (row) this.choose(row.dataset.path, row.dataset.folder !== undefined);
    });
    this.search = element("input", { class: "input compact", type: "search", placeholder: "Find a file", "aria-label": "Find a file",
      oninput: () => this.drawTree(), onkeydown: (event) => {
        if (event.key === "ArrowDown") (event.preventDefault(), find("[role=treeitem]", this.tree)?.focus());
        if (event.key === "Enter") find("[role=treeitem]:not([data-folder])", this.tree)?.click();
      } });
    this.tabBar = element("div", { class: "file-tabs", role: "tablist", "aria-label": "Open files" });
    this.view = element("div", { class: "file-view", id: "file-view", role: "tabpanel", "aria-label": "File", "data-testid": "file-view" });
    this.side = element("div", { class: "file-side", id: "file-side" }, this.search, this.tree);
    const { line, show } = splitter({
      key: `layout:${this.app.dataset.person}:files`, label: "Width of the list of files", controls: "file-side",
      limits: () => ({ least: 160, most: this.root.clientWidth - 240, standard: 240 }),
      apply: (width) => this.root.style.setProperty("--file-side", `${width}px`),
    });
    new ResizeObserver(show).observe(this.root);
    this.root.replaceChildren(this.side, line, element("div", { class: "file-main" }, this.tabBar, this.view));
    this.root.addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "p") {
        event.preventDefault();
        this.search.focus();
        this.search.select();
      }
    });
    this.drawWaiting();
  }

  drawWaiting() {
    this.tree.replaceChildren(...Array.from({ length: 8 }, () => element("li", { class: "skeleton line appear", "aria-hidden": "true" })));
  }

  /** Another version is shown: nothing of the one before stays in sight. */
  reset() {
    this.round += 1;
    this.files = null;
    this.diffOf = null;
    this.texts.clear();
    this.changed.clear();
    this.drawWaiting();
    this.view.replaceChildren();
    this.view.removeAttribute("aria-busy");
    if (this.isShown) this.refresh();
  }

  async refresh() {
    // Nobody looks and nothing was loaded: the next opening fetches.
    if (!this.files && !this.isShown) return;
    const { round } = this;
    let list;
    try {
      list = await get(`${this.base}/files?version=${this.version}`);
    } catch (error) {
      if (!this.files && round === this.round) this.problem(this.view, error.message, () => this.refresh());
      return;
    }
    if (round !== this.round) return;
    const files = list.files ?? [];
    if (this.files) for (const path of changedPaths(this.files, files)) this.changed.add(path);
    const before = this.files;
    this.files = files;
    this.tabs = this.tabs.filter((path) => files.some((file) => file.path === path));
    this.drawTree();
    if (!files.length) {
      this.current = null;
      this.view.replaceChildren(element("div", { class: "empty" }, element("h2", {}, "Nothing built yet"),
        element("p", {}, "The files of the app appear here after the first build.")));
      this.drawTabs();
      return;
    }
    if (!this.current || !files.some((file) => file.path === this.current)) this.show(firstFile(files));
    else if (!before || changedPaths(before, files).includes(this.current)) this.show(this.current);
    else this.drawTabs();
  }

  // MARK: Tree

  drawTree() {
    const wanted = this.search.value.trim().toLowerCase();
    const files = (this.files ?? []).filter((file) => !wanted || file.path.toLowerCase().includes(wanted));
    const tree = buildTree(files);
    const open = wanted ? new Set(files.flatMap((file) => foldersOf(file.path))) : this.open;
    const focused = document.activeElement?.closest?.("[role=treeitem]")?.dataset.path;
    const rows = visibleRows(tree, open);
    const tabStop = rows.some((row) => row.path === focused) ? focused
      : rows.some((row) => row.path === this.current) ? this.current : rows[0]?.path;
    this.tree.replaceChildren(...rows.map((row) => this.row(row, row.path === tabStop)));
    if (!rows.length && wanted) this.tree.append(element("li", { class: "quiet small tree-empty", role: "none" }, "No file by that name."));
    if (focused) this.item(focused)?.focus();
  }

  row({ name, path, isFolder, isOpen, depth, file }, isTabStop) {
    const isChanged = this.changed.has(path);
    const node = element("li", {
      class: "tree-row", role: "treeitem", "data-testid": "file-row", "data-path": path, "data-folder": isFolder, "aria-level": depth,
      "aria-expanded": isFolder ? String(isOpen) : null, "aria-selected": String(path === this.current), tabindex: isTabStop ? 0 : -1,
      title: file ? `${path}, ${sizeText(file.size)}` : path,
    }, icon(isFolder ? (isOpen ? "chevron-down" : "chevron-right") : "file"), element("bdi", { class: "truncate" }, name),
    isChanged && element("span", { class: "changed-dot", role: "img", "aria-label": "changed" }));
    node.style.setProperty("--depth", depth - 1);
    return node;
  }

  item(path) {
    return find(`[role=treeitem][data-path="${CSS.escape(path)}"]`, this.tree);
  }

  choose(path, isFolder) {
    if (!isFolder) return this.show(path);
    if (this.open.has(path)) this.open.delete(path);
    else this.open.add(path);
    this.drawTree();
    this.item(path)?.focus();
  }

  key(event) {
    const rows = findAll("[role=treeitem]", this.tree);
    const at = rows.indexOf(document.activeElement);
    if (at < 0) return;
    const row = rows[at];
    const { path } = row.dataset;
    const isFolder = row.dataset.folder !== undefined;
    const isOpen = row.getAttribute("aria-expanded") === "true";
    const focus = (next) => {
      if (!next) return;
      row.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    };
    if (event.key === "ArrowDown") focus(rows[at + 1]);
    else if (event.key === "ArrowUp") focus(rows[at - 1]);
    else if (event.key === "Home") focus(rows[0]);
    else if (event.key === "End") focus(rows.at(-1));
    else if (event.key === "ArrowRight" && isFolder) isOpen ? focus(rows[at + 1]) : this.choose(path, true);
    else if (event.key === "ArrowLeft") {
      if (isFolder && isOpen) this.choose(path, true);
      else focus(this.item(foldersOf(path).at(-1) ?? ""));
    } else if (event.key === "Enter" || event.key === " ") this.choose(path, isFolder);
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const letter = event.key.toLowerCase();
      focus([...rows.slice(at + 1), ...rows.slice(0, at)].find((other) => other.textContent.trim().toLowerCase().startsWith(letter)));
    } else return;
    event.preventDefault();
  }

  // MARK: Tabs and text

  drawTabs() {
    const focused = this.tabBar.contains(document.activeElement) ? document.activeElement.closest(".file-tab").dataset.path : null;
    this.tabBar.replaceChildren(...this.tabs.map((path) => {
      const isCurrent = path === this.current;
      return element("div", { class: "file-tab", role: "none", "data-current": isCurrent, "data-path": path },
        element("button", { type: "button", role: "tab", "aria-selected": String(isCurrent), "aria-controls": "file-view", "aria-keyshortcuts": "Delete",
          title: path, tabindex: isCurrent ? 0 : -1, onclick: () => this.show(path), onkeydown: (event) => this.tabKey(event, path) },
        element("bdi", {}, path.split("/").at(-1)), this.changed.has(path) && element("span", { class: "changed-dot", role: "img", "aria-label": "changed" })),
        // For the pointer; a list of tabs holds nothing but tabs for everybody else, who has Delete and the button above the text.
        element("button", { class: "file-tab-close", type: "button", tabindex: -1, "aria-hidden": "true", title: `Close ${path}`,
          onclick: () => this.close(path) }, icon("close")));
    }));
    if (focused !== null) this.focusTab(this.tabs.includes(focused) ? focused : this.current);
  }

  /** Focuses the tab of a file; without one, what stands nearest. */
  focusTab(path) {
    const tab = path && find(`.file-tab[data-path="${CSS.escape(path)}"] > [role=tab]`, this.tabBar);
    (tab ?? find("[role=treeitem][tabindex='0']", this.tree) ?? this.search).focus();
  }

  tabKey(event, path) {
    const at = this.tabs.indexOf(path);
    const next = { ArrowRight: this.tabs[(at + 1) % this.tabs.length], ArrowLeft: this.tabs.at(at - 1), Home: this.tabs[0],
      End: this.tabs.at(-1), Delete: path }[event.key];
    if (!next) return;
    event.preventDefault();
    if (event.key === "Delete") return this.close(path);
    this.show(next);
    this.focusTab(next);
  }

  close(path) {
    const at = this.tabs.indexOf(path);
    if (at < 0) return;
    const wasInside = this.tabBar.contains(document.activeElement) || this.view.contains(document.activeElement);
    this.tabs.splice(at, 1);
    if (this.current === path) {
      this.current = null;
      const next = this.tabs[Math.min(at, this.tabs.length - 1)];
      if (next) this.show(next);
      else this.view.replaceChildren(element("p", { class: "empty" }, "Choose a file to read it."));
    }
    if (!this.current) {
      this.drawTabs();
      this.drawTree();
    } else if (this.current !== path) this.drawTabs();
    // What had the focus is gone.
    if (wasInside) this.focusTab(this.current);
  }

  async show(path) {
    this.current = path;
    if (!this.tabs.includes(path)) this.tabs.push(path);
    for (const folder of foldersOf(path)) this.open.add(folder);
    this.drawTabs();
    this.drawTree();
    // Before the list is there nothing is known of a file; the list shows the current one when it comes.
    const file = this.files?.find((other) => other.path === path);
    if (!file) return;
    const { round } = this;
    const isWanted = () => this.current === path && round === this.round;
    const address = `${this.base}/files/content?version=${this.version}&path=${encodeURIComponent(path)}`;
    if (file.isBinary || file.size > readable) return this.showHeavy(file, address);
    const before = this.texts.get(path);
    let text = before?.hash === file.hash ? before.text : null;
    if (text === null) {
      this.view.setAttribute("aria-busy", "true");
      try {
        const response = await fetch(address);
        if (!response.ok) throw new Error(response.status === 404 ? "This file is no longer there." : "The file could not be read.");
        text = await response.text();
      } catch (error) {
        if (isWanted()) this.problem(this.view, error.message, () => this.show(path));
        return;
      } finally {
        if (round === this.round) this.view.removeAttribute("aria-busy");
      }
      if (round !== this.round) return;
      this.texts.set(path, { hash: file.hash, text, before: before?.text ?? null });
    }
    if (isWanted()) this.showText(file, text, address);
  }

  showHeavy(file, address) {
    this.view.replaceChildren(headOf(file, address, () => this.close(file.path)), element("div", { class: "empty" },
      element("p", {}, file.isBinary ? "This file is not text." : `This file is too large to show here (${sizeText(file.size)}).`),
      element("p", {}, element("a", { class: "button", href: address, download: file.path.split("/").at(-1) }, icon("download"), "Download"))));
  }

  showText(file, text, address) {
    const previous = this.texts.get(file.path)?.before;
    const isDiff = this.diffOf === file.path && previous !== null && previous !== undefined;
    const toggle = previous !== null && previous !== undefined && element("button", { class: "button quiet bar", type: "button",
      "aria-pressed": String(isDiff), onclick: () => {
        this.diffOf = isDiff ? null : file.path;
        this.showText(file, text, address);
      } }, icon("diff"), isDiff ? "Show file" : "What changed");
    const copyButton = element("button", { class: "button quiet icon-only bar", type: "button", "aria-label": "Copy file", title: "Copy file",
      onclick: () => copy(text, "The file is in the clipboard.") }, icon("copy"));
    const scroll = isDiff ? diffTable(lineDiff(previous, text)) : codeView(text, file.path);
    this.view.replaceChildren(headOf(file, address, () => this.close(file.path), toggle, copyButton), scroll);
    if (!isDiff) this.seen(file.path);
  }

  /** A file that was looked at is no longer new. */
  seen(path) {
    if (!this.changed.delete(path)) return;
    this.drawTabs();
    find(".changed-dot", this.item(path) ?? this.view)?.remove();
  }

  problem(place, text, retry) {
    place.replaceChildren(element("div", { class: "empty", role: "alert" }, element("p", {}, text),
      element("button", { class: "button", type: "button", onclick: retry }, icon("refresh"), "Retry")));
  }
}
