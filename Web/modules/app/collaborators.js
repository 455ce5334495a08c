// Who works on an app beside its creator: a list of the workspace's members to choose from (spec 06 §6.13).

import { bindDialog, openDialog } from "../dialogs.js";
import { element, find, findAll, icon } from "../dom.js";
import { api, get } from "../http.js";
import { toast } from "../toasts.js";

const searchFrom = 9;

/** Opens the dialog; `base` is the address of the app in the API. */
export function openCollaborators(base) {
  const body = element("div", { class: "people-body" });
  const problem = element("p", { class: "field-error", role: "alert", hidden: true });
  const save = element("button", { class: "button primary", type: "submit", disabled: true }, "Save");
  const form = element("form", { class: "dialog-body", method: "dialog" },
    element("h2", { id: "collaborators-title" }, "Collaborators"),
    element("p", { class: "small quiet", id: "collaborators-text" },
      "Collaborators see the draft of this app and may change it. Owners and admins of the workspace may do so in any case."),
    body, problem,
    element("div", { class: "dialog-foot" },
      element("button", { class: "button", type: "button", "data-act": "close" }, "Cancel"), save));
  const dialog = bindDialog(element("dialog", { class: "dialog", id: "collaborators-dialog", "data-testid": "collaborators-dialog",
    "aria-labelledby": "collaborators-title", "aria-describedby": "collaborators-text" }, form));
  dialog.addEventListener("close", () => dialog.remove());
  const say = (text) => {
    problem.hidden = !text;
    problem.textContent = text ?? "";
  };

  const load = async () => {
    save.disabled = true;
    body.setAttribute("aria-busy", "true");
    body.replaceChildren(...["wide", "half", "wide"].map((width) => element("div", { class: `skeleton line appear ${width}` })),
      element("span", { class: "visually-hidden", role: "status" }, "Loading the members of the workspace"));
    try {
      const [app, { members }] = await Promise.all([get(base), get(`${base}/collaborators`)]);
      const rows = people(members, app);
      body.replaceChildren(...content(rows));
      save.disabled = rows.every((row) => row.isCreator);
      find("input:not(:disabled)", body)?.focus();
    } catch (error) {
      body.replaceChildren(element("p", { class: "callout bad", role: "alert" }, icon("error"), element("span", {}, error.message)),
        element("button", { class: "button", type: "button", onclick: load }, "Try again"));
    } finally {
      body.removeAttribute("aria-busy");
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (save.getAttribute("aria-busy") === "true") return;
    const wanted = findAll("input[name=person]:checked:not(:disabled)", body).map((input) => input.value);
    save.setAttribute("aria-busy", "true");
    say(null);
    try {
      const { collaboratorUserIds: kept } = await api("PATCH", `${base}/collaborators`, { collaboratorUserIds: wanted });
      if (kept.length < wanted.length) {
        await load();
        say("Somebody you chose is no longer a member and was left out.");
        return;
      }
      dialog.close();
      toast(kept.length === 1 ? "The app has 1 collaborator." : `The app has ${kept.length || "no"} collaborators.`);
    } catch (error) {
      say(error.message);
    } finally {
      save.removeAttribute("aria-busy");
    }
  });

  document.body.append(dialog);
  openDialog(dialog);
  load();
}

/** The creator, then who is in, then everybody else; by name within each. */
export function people(members, { createdByUserId, collaboratorUserIds = [] }) {
  const inside = new Set(collaboratorUserIds);
  const rank = (row) => (row.isCreator ? 0 : row.isIn ? 1 : 2);
  return members
    .map(({ userId, displayName, email, role }) => ({ id: userId, name: displayName, email, role,
      isCreator: userId === createdByUserId, isIn: inside.has(userId) }))
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name) || a.email.localeCompare(b.email));
}

/** Whether a row has every word of the search in its name or address. */
export const isFound = (row, search) =>
  search.toLowerCase().split(/\s+/).every((word) => `${row.name} ${row.email}`.toLowerCase().includes(word));

function content(rows) {
  if (rows.every((row) => row.isCreator)) {
    return [element("p", { class: "quiet" }, "There is nobody else in this workspace yet.")];
  }
  const items = rows.map((row) => [row, personRow(row)]);
  const list = element("ul", { class: "people", role: "list", "aria-label": "Members of the workspace" }, items.map(([, item]) => item));
  const none = element("p", { class: "quiet", role: "status", hidden: true }, "Nobody by that name.");
  if (rows.length < searchFrom) return [list];
  const search = element("input", { class: "input", type: "search", placeholder: "Find people", "aria-label": "Find people",
    autocomplete: "off", oninput: () => {
      for (const [row, item] of items) item.hidden = !isFound(row, search.value);
      none.hidden = items.some(([, item]) => !item.hidden);
    } });
  // Enter in the search is not the end of choosing.
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  return [search, list, none];
}

function personRow(row) {
  const role = row.isCreator ? "creator" : row.role;
  return element("li", {}, element("label", { class: "person-choice" },
    element("input", { type: "checkbox", name: "person", value: row.id, checked: row.isCreator || row.isIn, disabled: row.isCreator }),
    element("span", { class: "person-choice-text" }, element("bdi", { class: "truncate" }, row.name),
      element("bdi", { class: "truncate meta" }, row.email)),
    element("span", { class: "badge" }, role.charAt(0).toUpperCase() + role.slice(1))));
}
