// The command palette: apps, pages and actions in one list.

import { openDialog } from "./dialogs.js";
import { announce, element, find, icon } from "./dom.js";
import { match } from "./palette-match.js";
import { setTheme } from "./theme.js";

let isBound = false;
let entries = [];
let shown = [];
let selected = 0;

export function openPalette(workspace, apps) {
  const dialog = find("#palette-dialog");
  const input = find("input", dialog);
  entries = collect(workspace, apps);
  if (!isBound) bind(dialog, input);
  input.value = "";
  openDialog(dialog);
  draw(dialog, "");
}

function collect(workspace, apps) {
  const go = (path) => () => location.assign(path);
  const list = apps.map((app) => ({
    group: "Apps",
    icon: "panel",
    label: app.name,
    run: go(`/w/${workspace}/apps/${app._id}`),
  }));
  const add = (entry) => list.push(entry);
  add({ group: "Pages", icon: "plus", label: "New app", run: go(`/w/${workspace}`) });
  add({ group: "Pages", icon: "settings", label: "Runtime settings", run: go(`/w/${workspace}/settings/runtime-settings`) });
  add({ group: "Pages", icon: "terminal", label: "Coding agents", run: go(`/w/${workspace}/settings/runtimes`) });
  add({ group: "Actions", icon: "sidebar", label: "Show or hide the sidebar", run: () => announce("second:toggle-sidebar") });
  add({ group: "Actions", icon: "sun", label: "Light theme", run: () => setTheme("light") });
  add({ group: "Actions", icon: "moon", label: "Dark theme", run: () => setTheme("dark") });
  add({ group: "Actions", icon: "monitor", label: "Theme like the system", run: () => setTheme("system") });
  add({ group: "Actions", icon: "keyboard", label: "Keyboard shortcuts",
    run: () => announce("second:dialog", { name: "shortcuts" }) });
  add({ group: "Actions", icon: "plus", label: "New workspace",
    run: () => announce("second:dialog", { name: "new-workspace" }) });
  return list;
}

function bind(dialog, input) {
  isBound = true;
  input.addEventListener("input", () => draw(dialog, input.value));
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) {
      event.preventDefault();
      select(dialog, (selected + step + shown.length) % shown.length);
    } else if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      run(dialog, selected);
    }
  });
}

function run(dialog, at) {
  const entry = shown[at];
  if (!entry) return;
  dialog.close();
  entry.run();
}

function draw(dialog, query) {
  const found = match(entries, query);
  const groups = [...new Set(found.map((entry) => entry.group))];
  shown = groups.flatMap((group) => found.filter((entry) => entry.group === group));
  const list = find(".palette-list", dialog);
  list.replaceChildren();
  let group;
  shown.forEach((entry, at) => {
    if (entry.group !== group) {
      group = entry.group;
      list.append(element("div", { class: "palette-group", role: "presentation" }, group));
    }
    list.append(
      element(
        "div",
        { class: "palette-item", role: "option", id: `palette-${at}`, "aria-selected": "false",
          onclick: () => run(dialog, at), onpointermove: () => selected !== at && select(dialog, at) },
        icon(entry.icon),
        element("span", { class: "truncate" }, entry.label),
      ),
    );
  });
  find(".palette-empty", dialog).hidden = shown.length > 0;
  select(dialog, 0);
}

function select(dialog, at) {
  selected = at;
  const options = dialog.querySelectorAll(".palette-item");
  options.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
  options[at]?.scrollIntoView({ block: "nearest" });
  const input = find("input", dialog);
  if (options[at]) input.setAttribute("aria-activedescendant", options[at].id);
  else input.removeAttribute("aria-activedescendant");
}
