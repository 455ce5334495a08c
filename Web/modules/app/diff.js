// Lines that a change adds and takes away, with numbers and signs, so that colour is never the only mark.

import { element } from "../dom.js";

const longest = 400;

/** Compares two texts by lines (longest common run after equal ends); answers `[sign, text]` pairs. */
export function lineDiff(before, after) {
  const old = before === "" ? [] : before.split("\n");
  const now = after === "" ? [] : after.split("\n");
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  const a = old.slice(head, old.length - tail);
  const b = now.slice(head, now.length - tail);
  const middle = a.length * b.length > 250_000
    ? [...a.map((line) => ["-", line]), ...b.map((line) => ["+", line])]
    : align(a, b);
  return [
    ...old.slice(0, head).map((line) => [" ", line]),
    ...middle,
    ...old.slice(old.length - tail).map((line) => [" ", line]),
  ];
}

function align(a, b) {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i][j] = a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
    }
  }
  const lines = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push([" ", a[i]]);
      i++;
      j++;
    } else if (i < a.length && (j === b.length || lengths[i + 1][j] >= lengths[i][j + 1])) lines.push(["-", a[i++]]);
    else lines.push(["+", b[j++]]);
  }
  return lines;
}

export const counts = (lines) => ({
  added: lines.filter(([sign]) => sign === "+").length,
  removed: lines.filter(([sign]) => sign === "-").length,
});

/** The table of a diff; `oldStart` and `newStart` number the first lines. */
export function diffTable(lines, { oldStart = 1, newStart = 1 } = {}) {
  const body = element("tbody");
  let before = oldStart;
  let after = newStart;
  for (const [sign, text] of lines.slice(0, longest)) {
    const kind = { "+": "added", "-": "removed", " ": "same" }[sign];
    body.append(element("tr", { class: `diff-${kind}` },
      element("td", { class: "diff-number" }, sign === "+" ? "" : String(before)),
      element("td", { class: "diff-number" }, sign === "-" ? "" : String(after)),
      element("td", { class: "diff-sign", "aria-label": kind === "same" ? null : kind }, sign),
      element("td", { class: "diff-text" }, text.length > 2000 ? `${text.slice(0, 2000)} …` : text)));
    if (sign !== "+") before++;
    if (sign !== "-") after++;
  }
  if (lines.length > longest) {
    body.append(element("tr", {}, element("td", { colspan: 4, class: "meta" }, `${lines.length - longest} more lines`)));
  }
  return element("div", { class: "scroll-x diff", tabindex: "0", role: "group", "aria-label": "Changes" },
    element("table", {}, body));
}

/** The table of hunks as the server compares versions: `[{ oldStart, newStart, lines: [" same", "-old", "+new"] }]`. */
export function hunkTable(hunks) {
  return element("div", { class: "stack-small" }, hunks.map(({ oldStart, newStart, lines }) =>
    diffTable(lines.map((line) => [line[0], line.slice(1)]), { oldStart, newStart })));
}
