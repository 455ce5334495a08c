// Cards that wait for a person: the plan and the suggestions. Once decided, a card folds to one line.

import { element, icon } from "../dom.js";
import { isPresented } from "./tools.js";

/**
 * Draws the card of a part; `context.decision(id)` knows what was decided, `context.decide(…)` decides. What a person has
 * begun to change is kept in `context.cardDraft(id)`, so it outlives a card that is drawn anew, or was sent in vain.
 */
export function drawCard(node, part, context) {
  const isPlan = part.toolName === "mcp__second__present_plan";
  const decision = context.decision(part.toolCallId);
  const isPending = isPresented(part) && !decision && context.isPending(part.toolCallId);
  // Until the turn has ended nothing can be answered yet.
  const isWaiting = isPending && context.canDecide();
  const key = JSON.stringify([part.state, part.preliminary, decision?.verdict, isPending, isWaiting,
    isPending && context.cardDraft(part.toolCallId).problem, JSON.stringify(part.input ?? {}).length]);
  if (node.dataset.key === key) return;
  node.dataset.key = key;
  if (decision || (part.state === "output-available" && !part.preliminary && !isPending)) return node.replaceChildren(folded(part, decision, isPlan));
  if (part.state === "output-error") {
    return node.replaceChildren(element("p", { class: "callout" }, icon("info"), "This card was not finished."));
  }
  node.replaceChildren(isPlan ? planCard(part, isWaiting, context) : suggestionsCard(part, isWaiting, context));
}

function folded(part, decision, isPlan) {
  const what = isPlan ? "Plan" : "Suggestions";
  const words = { approved: "approved", changes_requested: "sent back with changes", picked: "picked" }[decision?.verdict] ??
    (isPresented(part) ? "passed over" : "not accepted");
  const who = decision?.message?.metadata?.authorName;
  const at = decision?.message?.metadata?.createdAt;
  const when = at ? new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }) : null;
  const summary = element("summary", {}, icon(decision?.verdict === "changes_requested" ? "undo" : "done"),
    element("span", {}, `${what} ${words}`), (who || when) && element("span", { class: "meta" }, [who && `by ${who}`, when].filter(Boolean).join(", ")),
    icon("chevron-right"));
  return element("details", { class: "card-folded", "data-testid": isPlan ? "plan-card" : "suggestions-card", "data-state": "decided" },
    summary, isPlan ? planText(part.input ?? {}) : suggestionList(part.input ?? {}));
}

function planText(plan, features = plan.features ?? []) {
  return element("div", { class: "plan-text" },
    plan.overview && element("p", { dir: "auto" }, plan.overview),
    element("ul", { class: "plan-features", role: "list" }, features.map((feature) => element("li", {},
      element("details", {},
        element("summary", {}, element("span", { class: "plan-emoji", "aria-hidden": "true" }, feature?.emoji || "•"),
          element("span", { dir: "auto" }, feature?.name ?? "…")),
        element("p", { class: "quiet", dir: "auto" }, feature?.description ?? ""))))),
    plan.dataFlow && element("div", { class: "plan-flow" }, element("span", { class: "meta" }, "Data"),
      element("p", { class: "small", dir: "auto" }, plan.dataFlow)));
}

function planCard(part, isWaiting, context) {
  const plan = part.input ?? {};
  const draft = context.cardDraft(part.toolCallId);
  const { removed, changed } = draft;
  const features = Array.isArray(plan.features) ? plan.features : [];
  const list = element("ul", { class: "plan-features", role: "list" });
  const drawList = () => list.replaceChildren(...features.map((feature, index) => element("li", { "data-removed": isWaiting && removed.has(index) },
    element("details", { open: isWaiting && changed.has(index) },
      element("summary", {}, element("span", { class: "plan-emoji", "aria-hidden": "true" }, feature?.emoji || "•"),
        element("span", { class: "truncate", dir: "auto" }, feature?.name ?? "…")),
      isWaiting ? editor(feature, index) : element("p", { class: "quiet", dir: "auto" }, feature?.description ?? "")),
    // Beside the summary, not in it: one control does not hold another.
    isWaiting && removal(feature, index))));
  const removal = (feature, index) => {
    const label = () => (removed.has(index) ? `Take ${feature?.name} back in` : `Leave ${feature?.name} out`);
    const button = element("button", { class: "button quiet icon-only bar plan-remove", type: "button", "aria-label": label(), title: label() },
      icon(removed.has(index) ? "plus" : "close"));
    button.addEventListener("click", (event) => {
      event.preventDefault();
      if (!removed.delete(index)) removed.add(index);
      button.closest("li").toggleAttribute("data-removed", removed.has(index));
      button.replaceChildren(icon(removed.has(index) ? "plus" : "close"));
      button.setAttribute("aria-label", label());
      button.title = label();
    });
    return button;
  };
  const editor = (feature, index) => {
    const before = String(feature?.description ?? "");
    const field = element("textarea", { class: "textarea plan-edit small", rows: "2", maxlength: "2000", dir: "auto",
      "aria-label": `What ${feature?.name ?? "this feature"} does` });
    field.value = changed.get(index) ?? before;
    field.addEventListener("input", () => {
      if (field.value.trim() === before.trim()) changed.delete(index);
      else changed.set(index, field.value.trim());
    });
    return field;
  };
  drawList();
  const skeleton = (width) => element("div", { class: `skeleton line appear ${width}` });
  const card = element("section", { class: "plan-card card", "data-testid": "plan-card", "data-state": isWaiting ? "waiting" : "writing",
    "aria-label": "Plan", tabindex: isWaiting && "-1" },
  element("header", { class: "plan-head" }, icon("plan"), element("span", { class: "meta" }, isWaiting ? "Plan — waiting for you" : "Plan")),
  element("h2", { dir: "auto" }, plan.title || skeleton("wide")),
  plan.overview ? element("p", { dir: "auto" }, plan.overview) : skeleton("wide"),
  features.length ? list : element("div", { class: "stack-small" }, skeleton("wide"), skeleton("half")),
  plan.dataFlow && element("div", { class: "plan-flow" }, element("span", { class: "meta" }, "Data"),
    element("p", { class: "small", dir: "auto" }, plan.dataFlow)));
  if (isWaiting) {
    card.append(decisionForm(part.toolCallId, context, draft, () => approvalText(features, removed, changed)));
  }
  return card;
}

/** The message that approves a plan, with what was left out or described anew before. */
export function approvalText(features, removed, changed) {
  const left = [...removed].sort((a, b) => a - b).map((index) => features[index]?.name).filter(Boolean);
  const described = [...changed].filter(([index]) => !removed.has(index)).map(([index, text]) => `- ${features[index]?.name}: ${text}`);
  if (!left.length && !described.length) return "I approve the plan. Go ahead and build it.";
  return [
    "I approve the plan with these changes. Go ahead and build it.",
    left.length && `Leave out: ${left.join(", ")}.`,
    described.length && `Described anew:\n${described.join("\n")}`,
  ].filter(Boolean).join("\n\n");
}

function decisionForm(toolCallId, context, draft, approval) {
  const field = element("textarea", { class: "textarea", rows: "3", maxlength: "10000", "aria-label": "What should change",
    placeholder: "What should be different?" });
  field.value = draft.request;
  field.addEventListener("input", () => (draft.request = field.value));
  const send = element("button", { class: "button primary", type: "submit" }, "Send changes");
  const form = element("form", { class: "plan-changes", hidden: !draft.isOpen }, field,
    element("div", { class: "cluster" }, send,
      element("button", { class: "button quiet", type: "button", onclick: () => toggle(false) }, "Back")));
  const approve = element("button", { class: "button primary", type: "button", "data-testid": "approve",
    onclick: () => decide(approval(), "approved") }, icon("check"), "Approve");
  const change = element("button", { class: "button", type: "button", "data-testid": "request-changes",
    onclick: () => toggle(true) }, "Request changes");
  const actions = element("div", { class: "cluster", hidden: draft.isOpen }, approve, change);
  const toggle = (open) => {
    draft.isOpen = open;
    form.hidden = !open;
    actions.hidden = open;
    (open ? field : change).focus();
  };
  const decide = (text, verdict) => {
    for (const button of [approve, change, send]) button.disabled = true;
    (verdict === "approved" ? approve : send).setAttribute("aria-busy", "true");
    draft.problem = null;
    context.decide({ text, toolCallId, verdict });
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (field.value.trim()) decide(field.value.trim(), "changes_requested");
    else field.focus();
  });
  return element("div", { class: "plan-actions" }, problemOf(draft), actions, form);
}

const problemOf = (draft) => draft.problem && element("p", { class: "field-error", role: "alert" }, draft.problem);

const suggestionsOf = (input) => (Array.isArray(input.suggestions) ? input.suggestions.slice(0, 6) : []);

function suggestionList(input) {
  return element("ul", { class: "plan-features", role: "list" },
    suggestionsOf(input).map((idea) => element("li", { dir: "auto" }, `${idea?.emoji ?? "✨"} ${idea?.title ?? ""}`)));
}

function suggestionsCard(part, isWaiting, context) {
  const ideas = suggestionsOf(part.input ?? {});
  return element("section", { class: "suggestions", "data-testid": "suggestions-card", "data-state": isWaiting ? "waiting" : "writing",
    "aria-label": "Suggestions", tabindex: isWaiting && "-1" },
  isWaiting && problemOf(context.cardDraft(part.toolCallId)),
  ideas.map((idea) => element("button", { class: "suggestion card", type: "button", disabled: !isWaiting,
    onclick: (event) => {
      for (const button of event.currentTarget.parentElement.querySelectorAll("button")) button.disabled = true;
      context.cardDraft(part.toolCallId).problem = null;
      context.decide({ text: `Build this: ${idea?.title}. ${idea?.subtitle ?? ""}`.trim(), toolCallId: part.toolCallId, verdict: "picked" });
    } },
  element("span", { class: "suggestion-emoji", "aria-hidden": "true" }, idea?.emoji ?? "✨"),
  element("span", { class: "suggestion-text" }, element("strong", { dir: "auto" }, idea?.title ?? "…"),
    element("span", { class: "small quiet", dir: "auto" }, idea?.subtitle ?? "")))));
}
