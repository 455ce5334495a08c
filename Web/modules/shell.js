// The frame around every workspace page: sidebar, keys, theme, dialogs, connection strip.

import { start } from "./bus.js";
import { bindConnection } from "./connection.js";
import { onSubmit, openDialog } from "./dialogs.js";
import { element, find, findAll, isTyping, kept, on } from "./dom.js";
import { api } from "./http.js";
import { bindMenu } from "./menus.js";
import { Sidebar } from "./sidebar.js";
import { bindTheme } from "./theme.js";
import { history, toastRegion } from "./toasts.js";

const isMac = /mac/i.test(navigator.userAgentData?.platform ?? navigator.platform ?? "");
const narrow = matchMedia("(width < 768px)");

export function mount(shell) {
  const workspace = shell.dataset.workspace;
  document.documentElement.dataset.script = "on";
  start(workspace);
  const sidebar = new Sidebar(find(".sidebar", shell), workspace);
  for (const menu of findAll("[data-menu]")) bindMenu(menu);
  bindTheme();
  bindSidebarToggle(shell);
  bindDialogs();
  bindKeys(shell, sidebar);
  bindConnection();
  if (isMac) showMacKeys();
}

// MARK: Sidebar

function bindSidebarToggle(shell) {
  on(shell, "click", '[data-act="toggle-sidebar"]', () => toggleSidebar(shell));
  on(shell, "click", '[data-act="close-sheet"]', () => closeSheet(shell));
  on(shell, "click", ".sidebar a", () => closeSheet(shell));
  document.addEventListener("second:toggle-sidebar", () => toggleSidebar(shell));
  shell.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shell.dataset.sheet === "open") closeSheet(shell, true);
  });
  narrow.addEventListener("change", () => closeSheet(shell));
}

function toggleSidebar(shell) {
  if (narrow.matches) {
    if (shell.dataset.sheet === "open") return closeSheet(shell, true);
    shell.dataset.sheet = "open";
    find(".shell-main", shell).inert = true;
    find(".sidebar a, .sidebar button", shell).focus();
    return;
  }
  const isHidden = shell.dataset.state === "hidden";
  shell.dataset.state = isHidden ? "open" : "hidden";
  document.cookie = `second_sidebar=${shell.dataset.state}; path=/; max-age=31536000; samesite=lax`;
  const next = isHidden ? ".sidebar" : ".shell-main";
  findAll(`${next} [data-act="toggle-sidebar"]`, shell).find((button) => button.offsetParent)?.focus();
}

function closeSheet(shell, returnsFocus = false) {
  if (shell.dataset.sheet !== "open") return;
  delete shell.dataset.sheet;
  find(".shell-main", shell).inert = false;
  if (returnsFocus) findAll('.shell-main [data-act="toggle-sidebar"]', shell).find((b) => b.offsetParent)?.focus();
}

// MARK: Dialogs

function bindDialogs() {
  on(document, "click", "[data-dialog]", (event, button) => showDialog(button.dataset.dialog));
  document.addEventListener("second:dialog", ({ detail }) => showDialog(detail.name));
  for (const input of findAll("[data-setting]")) {
    const key = input.dataset.setting;
    const standard = input.defaultChecked ? "on" : "off";
    input.checked = (kept.get(key) ?? standard) === "on";
    input.addEventListener("change", () => {
      kept.set(key, input.checked ? "on" : "off");
      document.dispatchEvent(new CustomEvent("second:setting", { detail: { key, on: input.checked } }));
    });
  }
}

function showDialog(name) {
  const dialog = find(`#${CSS.escape(name)}-dialog`);
  if (!dialog) return;
  if (name === "notices") fillNotices(dialog);
  openDialog(dialog);
  if (name === "rename-workspace") {
    const field = find("input", dialog);
    field.value = field.defaultValue;
    field.select();
    onSubmit(dialog, async (form) => {
      const workspace = find(".shell").dataset.workspace;
      const renamed = await api("PATCH", `/api/workspaces/${workspace}`, { name: form.get("name") });
      // The name stands in menus, in the title and in texts of the page.
      if (renamed.name !== field.defaultValue) location.reload();
    });
  } else if (name === "new-workspace") {
    onSubmit(dialog, async (form) => {
      const { redirect } = await api("POST", "/api/workspaces", { workspaceName: form.get("workspaceName") });
      location.assign(redirect);
    });
  }
}

function fillNotices(dialog) {
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
  const notices = history().reverse();
  find("[data-empty]", dialog).hidden = notices.length > 0;
  find(".notices", dialog).replaceChildren(
    ...notices.map(({ text, at }) =>
      element("li", {}, element("time", { datetime: at.toISOString() }, time.format(at)), element("span", {}, text)),
    ),
  );
}

// MARK: Keys

function bindKeys(shell, sidebar) {
  const openPalette = async () => (await import("./palette.js")).openPalette(shell.dataset.workspace, sidebar.apps);
  on(shell, "click", '[data-act="palette"]', () => {
    closeSheet(shell);
    openPalette();
  });
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const command = (isMac ? event.metaKey : event.ctrlKey) && !event.altKey && !event.shiftKey;
    if (command && event.key.toLowerCase() === "b") {
      event.preventDefault();
      toggleSidebar(shell);
    } else if (command && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openPalette();
    } else if (event.key === "F6") {
      event.preventDefault();
      nextRegion(event.shiftKey);
    } else if (event.key === "?" && !isTyping(event.target) && kept.get("single-keys") !== "off") {
      if (!find("dialog[open]")) showDialog("shortcuts");
    }
  });
}

/** Sidebar, then what the page marked with `data-region`, then the notices. */
function nextRegion(isBackward) {
  const regions = [find(".sidebar"), ...findAll("[data-region]").filter((region) => region.id !== "toasts"), find("#main")]
    .filter((region, at, all) => region && region.checkVisibility?.() !== false && all.indexOf(region) === at)
    .filter((region) => region.id !== "main" || !findAll("[data-region]", region).length);
  const toasts = toastRegion();
  const all = [...regions.filter((region) => region !== toasts), ...(toasts.childElementCount ? [toasts] : [])];
  const at = all.findIndex((region) => region.contains(document.activeElement));
  const next = all[(at + (isBackward ? -1 : 1) + all.length) % all.length];
  (findAll("a, button, input, textarea, select, iframe, [tabindex='0']", next).find((item) => item.checkVisibility()) ?? next)
    .focus();
}

function showMacKeys() {
  for (const key of findAll("kbd")) {
    if (key.childElementCount === 0) key.textContent = key.textContent.replace(/^Ctrl\b ?/, "⌘");
  }
}
