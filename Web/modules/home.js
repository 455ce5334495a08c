// The home page: makes an app from what was typed and goes there; the app page sends the prompt itself.

import { subscribe } from "./bus.js";
import { Composer } from "./composer.js";
import { announce, data, element, find, findAll, icon, kept, on, tile } from "./dom.js";
import { api, get, upload } from "./http.js";
import { faultText, isFaulty } from "./onboarding/provider-state.js";
import { timeAgo } from "./time.js";

export function mount(page) {
  const workspace = page.dataset.workspace;
  const composer = new Composer(find(".composer", page), { draftKey: workspace });
  const form = composer.form;
  form.addEventListener("composer:submit", ({ detail }) => send(workspace, composer, detail));
  form.addEventListener("composer:input", () => showStarters(page, composer));
  bindSuggestions(page, composer);
  showStarters(page, composer);
  showTimes(page);
  document.addEventListener("second:apps", ({ detail }) => forgetDeleted(page, detail.apps));
  subscribe(["apps"], () => {});
  addEventListener("pageshow", (event) => event.persisted && composer.setState("ready"));
  checkRuntimes(page, composer);
  if (matchMedia("(pointer: fine)").matches) composer.focus();
}

async function send(workspace, composer, { text, files, settings }) {
  composer.setState("sending");
  try {
    const app = await create(workspace, text, files, settings);
    announce("second:app-created", { _id: app.id, name: app.name, canManage: true, runStatus: "pending" });
    composer.clear();
    location.assign(`/w/${workspace}/apps/${app.id}`);
  } catch (error) {
    composer.setState("ready");
    for (const file of files) file.update({ state: "failed" });
    composer.showError(error.message);
    composer.focus();
  }
}

function create(workspace, prompt, files, settings) {
  const path = `/api/workspaces/${workspace}/apps`;
  const app = { appName: "New app", prompt, ...settings, createInitialRun: true };
  if (!files.length) return api("POST", path, app);
  const form = new FormData();
  form.set("appName", app.appName);
  form.set("prompt", prompt);
  form.set("runtimeId", settings.runtimeId);
  form.set("runtimeModel", settings.runtimeModel);
  form.set("runtimeParams", JSON.stringify(settings.runtimeParams));
  form.set("createInitialRun", "true");
  form.set("response", "json");
  form.set("attachmentIds", JSON.stringify(files.map((file) => file.id)));
  for (const file of files) {
    file.update({ state: "uploading", progress: 0 });
    form.append("files[]", file.file, file.name);
  }
  return upload(path, form, { progress: (part) => files.forEach((file) => file.update({ progress: part })) });
}

/** Asks now and then whether anything on this server could answer, so that nobody sends into the void. */
async function checkRuntimes(page, composer) {
  const tenMinutes = 600_000;
  if (Date.now() - Number(kept.get("runtime-seen") ?? 0) < tenMinutes) return;
  try {
    const { runtimes, workerReachable } = await get("/api/setup/detect-provider");
    // Nobody could look: that says nothing about the runtimes, and sending will tell.
    if (!workerReachable) return;
    const isAvailable = composer.offered.some((id) => runtimes?.[id]?.available);
    find("[data-no-runtime]", page).hidden = isAvailable;
    composer.setRunnable(isAvailable);
    const offered = composer.offered.map((id) => runtimes?.[id]).filter((runtime) => runtime?.available);
    showFaults(page, offered.filter(isFaulty));
    // What was not tested yet is looked at again soon; what fails, each time.
    const isTested = offered.every((runtime) => runtime.selfTest);
    const seen = Date.now() - (isTested ? 0 : tenMinutes - 60_000);
    kept.set("runtime-seen", isAvailable && !offered.some(isFaulty) ? String(seen) : "");
  } catch {
    // Not known: sending will tell.
  }
}

/** Says of each agent that failed its self-test what is wrong; sending stays possible. */
function showFaults(page, faulty) {
  for (const old of findAll("[data-faulty-runtime]", page)) old.remove();
  for (const runtime of faulty) {
    const text = element("span", {}, faultText(runtime), element("br"), "You can try all the same; your prompt may fail.");
    find("[data-no-runtime]", page).after(element("p", { class: "callout warn", role: "status", "data-faulty-runtime": "" }, icon("warn"), text));
  }
}

// MARK: Starters

function bindSuggestions(page, composer) {
  const prompts = data(page, "suggestions", []);
  let next = 0;
  on(page, "click", "[data-starter]", (event, button) => composer.setText(button.dataset.starter));
  on(page, "click", '[data-act="suggest"]', () => {
    composer.setText(prompts[next % prompts.length]);
    next += 1;
  });
}

function showStarters(page, composer) {
  find(".starters", page)?.classList.toggle("is-away", composer.text !== "");
}

// MARK: Recent apps

function showTimes(page) {
  for (const time of findAll("time[data-ago]", page)) time.textContent = timeAgo(new Date(time.dateTime), new Date());
  for (const place of findAll("[data-tile]", page)) {
    place.replaceWith(tile(place.dataset.tile, place.dataset.name, "large"));
  }
}

function forgetDeleted(page, apps) {
  const ids = new Map(apps.map((app) => [app._id, app]));
  for (const card of findAll("[data-recent]", page)) {
    const app = ids.get(card.dataset.recent);
    if (app) find("[data-name-text]", card).textContent = app.name;
    else card.closest("li").remove();
  }
  const section = find(".recent", page);
  if (section && !findAll("[data-recent]", section).length) {
    find("ul", section)?.replaceWith(element("p", { class: "quiet" }, "Apps you build appear here."));
  }
}
