// What stands below the messages, changed in place: nothing that was opened, focused or is turning begins anew.

import { element, icon } from "../dom.js";
import { usageText } from "./usage.js";

const words = { sending: "Working", streaming: "Working", stopping: "Stopping…", observing: "Connecting to the stream…",
  following: "The builder is at work; its earlier words cannot be replayed." };

export class StatusLine {
  constructor(root) {
    this.root = root;
    this.rows = new Map();
  }

  /**
   * Either `work` { phase, isLost, seconds }, or what a turn left behind: `failure` with `retry`, a function when the turn
   * can be repeated, and `usage` with what it was `before` the turn.
   */
  show({ work, failure, retry, usage, before }) {
    this.retry = retry;
    const wanted = [
      work && ["work", "work", workRow, (row) => updateWork(row, work)],
      failure && ["failure", `${failure.code} ${failure.occurredAt} ${failure.message}`, () => failureRow(failure, () => this.retry?.()),
        (row) => row.lastElementChild.toggleAttribute("hidden", !retry)],
      !work && usageWords(usage, before) && ["usage", "usage", usageRow, (row) => setText(row, usageWords(usage, before))],
    ].filter(Boolean);
    const rows = new Map();
    for (const [name, key, make, update] of wanted) {
      const known = this.rows.get(name);
      const row = known?.key === key ? known : { key, node: make() };
      rows.set(name, row);
      update(row.node);
    }
    for (const [name, row] of this.rows) if (rows.get(name) !== row) row.node.remove();
    let previous = null;
    for (const { node } of rows.values()) {
      const place = previous ? previous.nextElementSibling : this.root.firstElementChild;
      if (place !== node) this.root.insertBefore(node, place);
      previous = node;
    }
    this.rows = rows;
  }
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

function workRow() {
  return element("p", { class: "status-row" }, element("span", { class: "spinner", "aria-hidden": "true" }), element("span", {}),
    element("span", { class: "meta numbers", hidden: true }));
}

function updateWork(row, { phase, isLost, seconds }) {
  row.dataset.state = isLost ? "reconnecting" : phase;
  const [, label, time] = row.children;
  setText(label, isLost ? "Connection lost. Reconnecting…" : words[phase]);
  // When a turn began that is only watched, nobody here knows.
  time.hidden = phase === "observing" || phase === "following" || seconds < 1;
  setText(time, `${seconds} s`);
}

function failureRow(failure, retry) {
  const isStop = failure.code === "user_stopped";
  return element("div", { class: `failure-row ${isStop ? "" : "bad"}`, "data-state": isStop ? "stopped" : "failed" },
    icon(isStop ? "stop" : "error"),
    element("div", { class: "failure-text" }, element("p", { dir: "auto" }, isStop ? "Stopped." : failure.message),
      !isStop && element("details", {}, element("summary", { class: "meta" }, "Details"), element("code", {}, failure.code))),
    element("button", { class: "button bar", type: "button", onclick: retry }, icon("refresh"), "Try again"));
}

/** What the conversation has cost, and its last turn when that was seen from here; `null` when nothing was counted. */
function usageWords(usage, before) {
  const total = usageText(usage);
  if (!total) return null;
  const turn = before && before !== usage ? usageText(usage, before) : null;
  return turn && turn !== total ? `This turn: ${turn} · In total: ${total}` : `So far: ${total}`;
}

const usageRow = () => element("p", { class: "meta usage-row numbers", "data-testid": "usage",
  title: "Costs are list prices; a subscription may not be billed for them." });
