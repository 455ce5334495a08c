// The three switches of the runtime settings: moved at once, moved back with a reason when saving fails.

import { subscribe } from "../bus.js";
import { confirm } from "../dialogs.js";
import { find, findAll } from "../dom.js";
import { api, get } from "../http.js";
import { toast } from "../toasts.js";

export function mount(page) {
  const path = `/api/workspaces/${page.dataset.workspace}/runtime-settings`;
  for (const input of findAll(".switch", page)) input.addEventListener("change", () => save(page, path, input));
  subscribe(["workspace-settings"], async () => show(page, (await get(path)).settings));
}

async function save(page, path, input) {
  const wanted = input.checked;
  showProblem(page, null);
  if (input.name === "allowIframeScripts" && !wanted) {
    const agreed = await confirm({
      title: "Turn JavaScript off?",
      text: "Apps are programs: without JavaScript they show an empty page to everybody in this workspace.",
      verb: "Turn off",
      keep: "Keep it on",
    });
    if (!agreed) {
      input.checked = true;
      return;
    }
  }
  try {
    const { settings } = await api("PATCH", path, { [input.name]: wanted });
    show(page, settings);
    toast("Saved.");
  } catch (error) {
    input.checked = !wanted;
    showProblem(page, `The setting was not saved. ${error.message}`);
  }
}

function show(page, settings) {
  for (const input of findAll(".switch", page)) {
    if (typeof settings[input.name] === "boolean") input.checked = settings[input.name];
  }
}

function showProblem(page, text) {
  const place = find("[data-problem]", page);
  place.hidden = !text;
  place.textContent = text ?? "";
}
