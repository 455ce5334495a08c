// What coding agents this server has, looked up when the page is opened and when asked again.

import { find, findAll, on } from "../dom.js";
import { get } from "../http.js";
import { cardFor } from "../onboarding/provider-state.js";

export function mount(page) {
  on(page, "click", '[data-act="retry"]', () => probe(page));
  probe(page);
}

async function probe(page) {
  const list = find(".provider-list", page);
  const problem = find("[data-problem]", page);
  list.setAttribute("aria-busy", "true");
  problem.hidden = true;
  try {
    const found = await get("/api/setup/detect-provider");
    for (const node of findAll("[data-runtime]", page)) {
      const card = cardFor(node, found);
      node.dataset.state = card.state;
      find("[data-detail]", node).textContent = card.detail;
      const badge = find("[data-badge]", node);
      badge.hidden = false;
      badge.className = `badge ${card.kind}`;
      badge.textContent = card.badge;
    }
  } catch (error) {
    problem.hidden = false;
    problem.textContent = `The server could not look for agents. ${error.message}`;
  } finally {
    list.setAttribute("aria-busy", "false");
  }
}
