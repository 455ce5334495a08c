// The provider step: asks the server what is installed, shows a card each, and finishes onboarding.

import { find, findAll, kept, on } from "../dom.js";
import { api, get } from "../http.js";
import { cardFor, isNoneReady } from "./provider-state.js";

export function mount(page) {
  on(page, "click", '[data-act="retry"]', (event, button) => probe(page, button));
  on(page, "click", '[data-act="skip"]', (event, button) => finish(page, button));
  on(page, "click", "[data-choose]", (event, button) => {
    const runtimeId = button.closest("[data-runtime]").dataset.runtime;
    kept.set("settings", JSON.stringify({ runtimeId }));
    finish(page, button);
  });
  probe(page);
  // Where to go on when the person comes back; the step is shown whether or not it could be kept.
  api("POST", "/api/onboarding/step", { step: "provider" }).catch(() => {});
}

async function probe(page, button) {
  const list = find(".provider-list", page);
  list.setAttribute("aria-busy", "true");
  button?.setAttribute("aria-busy", "true");
  showProblem(page, null);
  try {
    const found = await get("/api/setup/detect-provider");
    if (!found.workerReachable) throw new Error("The builder does not answer. Look again in a moment.");
    const cards = findAll("[data-runtime]", page).map((node) => {
      const card = cardFor(node, found);
      draw(node, card);
      return card;
    });
    find("[data-none-ready]", page).hidden = !isNoneReady(cards);
    find("[data-recorded]", page).hidden = !found.isDemo;
  } catch (error) {
    showProblem(page, `The server could not look for runtimes. ${error.message}`);
  } finally {
    list.setAttribute("aria-busy", "false");
    button?.removeAttribute("aria-busy");
  }
}

function draw(node, card) {
  node.dataset.state = card.state;
  find("[data-detail]", node).textContent = card.detail;
  const badge = find("[data-badge]", node);
  badge.hidden = false;
  badge.className = `badge ${card.kind}`;
  badge.textContent = card.badge;
  const button = find("[data-choose]", node);
  button.hidden = !card.canUse;
  button.classList.toggle("primary", card.state === "ready");
}

async function finish(page, button) {
  button.setAttribute("aria-busy", "true");
  showProblem(page, null);
  try {
    await api("POST", "/api/onboarding/complete");
    location.assign("/");
  } catch (error) {
    button.removeAttribute("aria-busy");
    showProblem(page, error.message);
  }
}

function showProblem(page, text) {
  const place = find("[data-problem]", page);
  place.hidden = !text;
  place.textContent = text ?? "";
}
