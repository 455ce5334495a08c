// The versions of an app: one entry per build and restore; look at one, name it, compare it, restore it.

import { announce, element, find, icon } from "../dom.js";
import { api, get } from "../http.js";
import { toast } from "../toasts.js";
import { diffTable } from "./diff.js";

export function mount(root) {
  const boot = JSON.parse(find("#bootstrap").textContent);
  const base = `/api/workspaces/${boot.workspaceId}/apps/${boot.appId}`;
  const list = find("[data-part=version-list]", root);
  const detail = find("[data-part=version-detail]", root);
  let cursor = null;
  let draftID = null;

  const open = async () => {
    root.showModal();
    detail.replaceChildren(element("p", { class: "quiet" }, "Choose a version to see what it changed."));
    await load(true);
  };

  const load = async (fresh) => {
    try {
      const page = await get(`${base}/versions?limit=20${!fresh && cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
      cursor = page.nextCursor ?? null;
      if (fresh) draftID = page.draftId ?? page.items[0]?.id ?? null;
      const rows = page.items.map(row);
      if (fresh) list.replaceChildren(...(rows.length ? rows : [element("li", { class: "empty" }, "Every build makes a version. There is none yet.")]));
      else list.append(...rows);
      find("[data-part=more-versions]", root).hidden = !cursor;
    } catch (error) {
      list.replaceChildren(element("li", { class: "empty" }, error.message, " ",
        element("button", { class: "link-button", type: "button", onclick: () => load(true) }, "Retry")));
    }
  };

  const title = (version) => version.name ?? version.summary ?? `Version ${version.number}`;

  const row = (version) => element("li", {}, element("button", { class: "version-row", type: "button", "data-testid": "version-row",
    onclick: () => show(version) },
  element("span", { class: "badge numbers" }, `v${version.number}`),
  element("span", { class: "version-text" }, element("span", { class: "truncate", dir: "auto" }, title(version)),
    element("span", { class: "meta" }, new Date(version.createdAt).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }),
      version.origin === "restore" ? " · restored" : "")),
  version.id === draftID && element("span", { class: "badge accent" }, "current")));

  const show = async (version) => {
    const name = element("input", { class: "input compact", maxlength: "80", "aria-label": "Name", placeholder: "Name this version", value: version.name ?? "" });
    const save = element("form", { class: "cluster version-name" }, name, element("button", { class: "button", type: "submit" }, "Save name"));
    save.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await api("PATCH", `${base}/versions/${version.id}`, { name: name.value.trim() || null });
        toast("Saved.");
        load(true);
      } catch (error) {
        toast(error.message, { kind: "bad" });
      }
    });
    const changes = element("div", { class: "stack-small" }, element("div", { class: "skeleton line appear" }));
    detail.replaceChildren(element("h3", { dir: "auto" }, title(version)), version.summary && version.name && element("p", { dir: "auto" }, version.summary),
      save,
      element("div", { class: "cluster" },
        element("button", { class: "button", type: "button", onclick: () => preview(version) }, icon("eye"), "Look at it"),
        version.id !== draftID && element("button", { class: "button primary", type: "button", "data-testid": "version-restore", onclick: () => restore(version) },
          icon("undo"), "Restore")),
      changes);
    try {
      const diff = await get(`${base}/versions/${version.id}/diff`);
      const files = diff.files.filter((file) => !file.path.startsWith("dist/"));
      changes.replaceChildren(element("p", { class: "meta" }, files.length === 1 ? "1 file changed" : `${files.length} files changed`),
        ...files.map((file) => element("details", { class: "version-file" },
          element("summary", {}, element("span", { class: `badge ${{ added: "ok", removed: "bad" }[file.status] ?? ""}` }, file.status), element("bdi", { class: "truncate" }, file.path)),
          ...(file.hunks ?? []).map((hunk) => diffTable(hunk.lines.map((line) => [line[0], line.slice(1)]), { oldStart: hunk.oldStart, newStart: hunk.newStart })),
          !file.hunks && element("p", { class: "small quiet" }, "This file is not compared."))));
    } catch (error) {
      changes.replaceChildren(element("p", { class: "field-error" }, error.message));
    }
  };

  const preview = (version) => {
    announce("second:show-version", { version: version.id });
    announce("second:show-pane", { pane: "preview" });
    root.close();
    toast(`You are looking at version ${version.number}.`, { kind: "info",
      action: { label: "Back to the draft", run: () => announce("second:show-version", { version: "draft" }) } });
  };

  const restore = async (version) => {
    try {
      await api("POST", `${base}/versions/${version.id}/restore`);
      toast(`Version ${version.number} is the draft again. The one before stays in the list.`);
      announce("second:show-version", { version: "draft" });
      announce("second:built", {});
      root.close();
    } catch (error) {
      toast(error.message, { kind: "bad" });
    }
  };

  find("[data-part=more-versions]", root).addEventListener("click", () => load(false));
  find("[data-act=close]", root).addEventListener("click", () => root.close());
  document.addEventListener("second:show-versions", open);
}
