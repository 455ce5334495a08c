// The app lists of the sidebar: live, with a menu on each row. Kept in the page as the server drew it until something changes.

import { subscribe } from "./bus.js";
import { openDialog, onSubmit } from "./dialogs.js";
import { announce, data, element, find, findAll, icon, kept, on } from "./dom.js";
import { api, get } from "./http.js";
import { anchorOf, openMenu } from "./menus.js";
import { split, stateOf } from "./sidebar-rows.js";
import { toast } from "./toasts.js";

export class Sidebar {
  constructor(root, workspace) {
    this.root = root;
    this.workspace = workspace;
    this.path = `/api/workspaces/${workspace}`;
    this.lists = find("[data-apps]", root);
    this.apps = data(this.lists, "apps", []);
    this.filter = "";
    this.bindSections();
    this.bindRows();
    this.showFilter();
    subscribe(["apps", "agent-runs", "memberships", "team-memberships"], () => this.refetch());
    document.addEventListener("second:app-created", ({ detail }) => this.add(detail));
  }

  async refetch() {
    const { apps } = await get(`${this.path}/sidebar`);
    this.show(apps);
  }

  /** Shows an app that was just made; the next fetch puts it where it belongs. */
  add(app) {
    if (!this.apps.some((known) => known._id === app._id)) this.show([app, ...this.apps]);
  }

  show(apps) {
    this.apps = apps;
    announce("second:apps", { apps });
    const lists = split(apps, this.filter);
    for (const [name, rows] of Object.entries(lists)) {
      const list = find(`[data-list="${name}"]`, this.root);
      this.reconcile(list, rows);
      const section = list.closest("details");
      find(".count", section).textContent = split(apps)[name].length;
      find(".nav-empty", section).hidden = rows.length > 0;
    }
    this.showFilter();
  }

  /** Reuses rows by id, so that focus and hover stay where they are. */
  reconcile(list, apps) {
    const old = new Map(findAll(".app-row", list).map((row) => [row.dataset.appId, row]));
    const rows = apps.map((app) => this.fill(old.get(app._id) ?? this.make(), app));
    for (const row of old.values()) if (!rows.includes(row)) row.remove();
    rows.forEach((row, at) => {
      if (list.children[at] !== row) list.insertBefore(row, list.children[at] ?? null);
    });
  }

  make() {
    return find("#app-row-template").content.firstElementChild.cloneNode(true);
  }

  fill(row, app) {
    const state = stateOf(app);
    const link = find("a", row);
    if (row.dataset.appId !== app._id) {
      row.dataset.appId = app._id;
      link.href = `/w/${this.workspace}/apps/${app._id}`;
      if (app._id === this.lists.dataset.currentApp) link.setAttribute("aria-current", "page");
    }
    if (find(".app-name", row).textContent !== app.name) find(".app-name", row).textContent = app.name;
    link.title = app.name;
    const menu = find(".row-menu", row);
    if (!app.canManage) menu?.remove();
    else menu?.setAttribute("aria-label", `Actions for ${app.name}`);
    if (row.dataset.state !== state) {
      row.dataset.state = state;
      const mark = {
        working: () => element("span", { class: "spinner", role: "img", "aria-label": "builder working" }),
        waiting: () => icon("question", { label: "waiting for you" }),
        failing: () => icon("tool", { label: "call failed, being fixed" }),
      }[state];
      find(".app-mark", row).replaceChildren(...(mark ? [mark()] : []));
    }
    return row;
  }

  bindSections() {
    for (const section of findAll("details[data-section]", this.root)) {
      const key = `section:${this.workspace}:${section.dataset.section}`;
      if (kept.get(key) === "closed") section.open = false;
      section.addEventListener("toggle", () => kept.set(key, section.open ? "" : "closed"));
    }
  }

  showFilter() {
    if (this.apps.length <= 12 || this.input) return;
    this.input = element("input", {
      class: "input compact sidebar-filter",
      type: "search",
      placeholder: "Filter apps",
      "aria-label": "Filter apps",
      oninput: () => {
        this.filter = this.input.value;
        this.show(this.apps);
      },
    });
    this.lists.prepend(this.input);
  }

  bindRows() {
    const menu = find("#row-menu");
    on(this.root, "click", '[data-act="row-menu"]', (event, button) => openMenu(menu, button));
    on(this.root, "contextmenu", ".app-row", (event, row) => {
      const button = find(".row-menu", row);
      if (!button) return;
      event.preventDefault();
      openMenu(menu, button);
    });
    on(menu, "click", "[data-row-act]", (event, item) => {
      const id = anchorOf(menu).closest(".app-row").dataset.appId;
      const app = this.apps.find((candidate) => candidate._id === id);
      if (app) this[item.dataset.rowAct](app);
    });
    document.addEventListener("second:rename-app", ({ detail }) => this.rename(detail));
    document.addEventListener("second:delete-app", ({ detail }) => this.delete(detail));
  }

  rename(app) {
    const dialog = openDialog(find("#rename-dialog"));
    const input = find("input", dialog);
    input.value = app.name;
    input.defaultValue = app.name;
    input.select();
    onSubmit(dialog, async (form) => {
      const { name } = await api("PATCH", `${this.path}/apps/${app._id}`, { name: form.get("name") });
      this.show(this.apps.map((other) => (other._id === app._id ? { ...other, name } : other)));
      announce("second:app-renamed", { _id: app._id, name });
    });
  }

  delete(app) {
    const dialog = openDialog(find("#delete-dialog"));
    find("[data-name]", dialog).textContent = app.name;
    onSubmit(dialog, async () => {
      await api("DELETE", `${this.path}/apps/${app._id}`);
      this.show(this.apps.filter((other) => other._id !== app._id));
      if (this.lists.dataset.currentApp === app._id) location.assign(`/w/${this.workspace}`);
      else toast(`“${app.name}” was deleted.`);
    });
  }
}
