// What stands below the messages: that it works, why it ended, what it has cost.

import { element, icon } from "../dom.js";
import { usageText } from "./usage.js";

const words = { sending: "Working", streaming: "Working", stopping: "Stopping…", observing: "Connecting to the stream…" };

/** `phase` of the conversation; `isLost` while the connection is being made anew. */
export function workingRow({ phase, isLost, seconds }) {
  return element("p", { class: "status-row", "data-state": isLost ? "reconnecting" : phase }, element("span", { class: "spinner", "aria-hidden": "true" }),
    element("span", {}, isLost ? "Connection lost. Reconnecting…" : words[phase]),
    phase !== "observing" && seconds > 0 && element("span", { class: "meta numbers" }, `${seconds} s`));
}

/** `retry` is left away when the turn cannot be repeated. */
export function failureRow(failure, retry) {
  const isStop = failure.code === "user_stopped";
  return element("div", { class: `failure-row ${isStop ? "" : "bad"}`, "data-state": isStop ? "stopped" : "failed" },
    icon(isStop ? "stop" : "error"),
    element("div", { class: "failure-text" }, element("p", { dir: "auto" }, isStop ? "Stopped." : failure.message),
      !isStop && element("details", {}, element("summary", { class: "meta" }, "Details"), element("code", {}, failure.code))),
    retry && element("button", { class: "button bar", type: "button", onclick: retry }, icon("refresh"), "Try again"));
}

/** What the conversation has cost, and its last turn when that was seen from here; `null` when nothing was counted. */
export function usageRow(usage, before) {
  const total = usageText(usage);
  if (!total) return null;
  const turn = before && before !== usage ? usageText(usage, before) : null;
  return element("p", { class: "meta usage-row numbers", "data-testid": "usage",
    title: "Costs are list prices; a subscription may not be billed for them." },
  turn && turn !== total ? `This turn: ${turn} · In total: ${total}` : `So far: ${total}`);
}
