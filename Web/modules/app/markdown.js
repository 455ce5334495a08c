// A small markdown reader that builds elements, never markup: headings, lists, tables, code, quotes, emphasis, links.
// Whatever it does not know stays text. Links lead to http, https and mailto only.

import { element, icon } from "../dom.js";
import { inline } from "./markdown-inline.js";

export { safeAddress } from "./markdown-inline.js";

/** Characters of one text that are formatted; what follows is shown as it is written. */
export const longestFormatted = 100_000;
/** Elements of one text; a person reads a tenth of that in an hour, and a browser still draws it at once. */
const mostElements = 10_000;
/** Quotes and lists inside each other. */
export const deepest = 16;
/** A block that grows beyond this is formatted when it is complete, not at every stroke. */
const longestTail = 20_000;

/** What is left to spend on a text, and the level of its last heading. `steps` counts work, for tests. */
export const freshBudget = () => ({ characters: longestFormatted, elements: mostElements, level: 1, steps: 0 });

/** Fills `root` with the text's elements. */
export function renderMarkdown(root, text) {
  root.settled = 0;
  root.tail = null;
  root.budget = freshBudget();
  root.replaceChildren();
  addTo(root, read(text, root.budget));
}

/**
 * As `renderMarkdown`, for a text that grows at its end: blocks that are complete stay as they are, only what follows the
 * last empty line is read again.
 */
export function growMarkdown(root, text) {
  const from = root.settled ?? 0;
  const end = settledEnd(text, from);
  root.budget ??= freshBudget();
  for (const node of root.tail ?? [...root.childNodes]) node.remove();
  if (end > from) {
    addTo(root, read(text.slice(from, end), root.budget));
    root.settled = end;
  }
  const rest = text.slice(root.settled ?? 0);
  root.tail = rest.length > longestTail ? [verbatim(rest)] : read(rest, { ...root.budget });
  addTo(root, root.tail);
}

function addTo(root, nodes) {
  for (const node of nodes) root.append(node);
}

/** The nodes of a whole text; beyond the budget's characters it stays as it is written. */
function read(text, budget) {
  const isLong = text.length > budget.characters;
  // Cut at the end of a line if one is near.
  const lineEnd = isLong ? text.lastIndexOf("\n", budget.characters) + 1 : 0;
  const cut = !isLong ? text.length : lineEnd > budget.characters - 2000 ? lineEnd : budget.characters;
  const formatted = text.slice(0, cut);
  budget.characters -= cut;
  const nodes = formatted ? blocks(formatted.replace(/\r\n?/g, "\n").split("\n"), budget, 0) : [];
  if (cut < text.length) nodes.push(verbatim(text.slice(cut)));
  return nodes;
}

/** Text as it is written, line breaks included. */
const verbatim = (text) => element("p", { class: "md-verbatim", dir: "auto" }, text);

/** Where the last empty line outside a code block ends, from `from` on. */
export function settledEnd(text, from = 0) {
  let end = from;
  let fence = null;
  let at = from;
  while (at < text.length) {
    const stop = text.indexOf("\n", at);
    if (stop < 0) break;
    const line = text.slice(at, stop);
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark && !fence) fence = mark;
    else if (fence && line.trim().startsWith(fence)) fence = null;
    at = stop + 1;
    if (!fence && !line.trim()) end = at;
  }
  return end;
}

/** The level of a heading with so many marks, after one of `previous`: below the page's h1, and no level is left out. */
export const headingLevel = (marks, previous) => Math.min(6, marks + 1, previous + 1);

/** `budget.level` is that of the heading before these lines, 1 for none; it is kept up to date. */
function blocks(lines, budget, depth) {
  const nodes = [];
  let index = 0;
  while (index < lines.length) {
    if (budget.elements <= 0) {
      nodes.push(verbatim(lines.slice(index).join("\n")));
      break;
    }
    const line = lines[index];
    budget.steps += 1 + line.length / 1000;
    if (!line.trim()) {
      index++;
      continue;
    }
    budget.elements -= 1;
    const fence = /^\s*(`{3,}|~{3,})\s*([\w+#.-]*)/.exec(line);
    if (fence) {
      const code = [];
      index++;
      while (index < lines.length && !lines[index].trim().startsWith(fence[1])) code.push(lines[index++]);
      index++;
      budget.elements -= 5;
      nodes.push(codeBlock(code.join("\n"), fence[2].slice(0, 40)));
      continue;
    }
    const marks = /^#{1,6}(?=\s)/.exec(line)?.[0].length;
    if (marks) {
      budget.level = headingLevel(marks, budget.level);
      nodes.push(element(`h${budget.level}`, { class: "md-heading" }, inline(headingText(line, marks), budget)));
      index++;
      continue;
    }
    if (isRule(line)) {
      nodes.push(element("hr"));
      index++;
      continue;
    }
    if (depth < deepest && isQuote(line)) {
      const quoted = [];
      while (index < lines.length && isQuote(lines[index])) quoted.push(lines[index++].trimStart().replace(/^>\s?/, ""));
      nodes.push(element("blockquote", {}, blocks(quoted, budget, depth + 1)));
      continue;
    }
    if (depth < deepest && itemOf(line)) {
      const [list, next] = listFrom(lines, index, budget, depth);
      nodes.push(list);
      index = next;
      continue;
    }
    if (line.includes("|") && isTableRule(lines[index + 1] ?? "")) {
      const [table, next] = tableFrom(lines, index, budget);
      nodes.push(table);
      index = next;
      continue;
    }
    const paragraph = [lines[index++]];
    while (index < lines.length && lines[index].trim() && !startsBlock(lines[index], depth)) paragraph.push(lines[index++]);
    nodes.push(element("p", { dir: "auto" }, inline(paragraph.join("\n"), budget)));
  }
  return nodes;
}

// Rules that a line must meet. Each looks at a line once, whatever it contains: what is written by a model or a guest must
// not be able to make a pattern try again and again.

const isQuote = (line) => line.trimStart().startsWith(">");

const startsBlock = (line, depth) =>
  /^\s*(`{3,}|~{3,}|#{1,6}\s)/.test(line) || (depth < deepest && (isQuote(line) || itemOf(line) !== null));

/** The text of a heading, without the marks that may close it. */
function headingText(line, marks) {
  const text = line.slice(marks).trim();
  let end = text.length;
  while (end > 0 && text[end - 1] === "#") end--;
  return end === 0 ? "" : /\s/.test(text[end - 1]) ? text.slice(0, end).trimEnd() : text;
}

/** Three and more of one mark, with nothing but spaces between. */
function isRule(line) {
  const mark = line.trimStart()[0];
  if (!"-*_".includes(mark)) return false;
  let count = 0;
  for (const character of line) {
    if (character === mark) count++;
    else if (character.trim()) return false;
  }
  return count >= 3;
}

/** `{ indent, mark, text }` of a list's line, or null. */
function itemOf(line) {
  const start = /^\s*(?:[-*+]|\d{1,9}[.)])(?=\s)/.exec(line)?.[0];
  if (!start) return null;
  const mark = start.trimStart();
  return { indent: start.length - mark.length, mark, isOrdered: mark.length > 1, text: line.slice(start.length).trimStart() };
}

function listFrom(lines, start, budget, level) {
  const first = itemOf(lines[start]);
  const list = element(first.isOrdered ? "ol" : "ul", first.isOrdered ? { start: parseInt(first.mark, 10) } : {});
  let index = start;
  while (index < lines.length) {
    const item = itemOf(lines[index]);
    if (!item || item.indent < first.indent || (item.indent === first.indent && item.isOrdered !== first.isOrdered)) break;
    const rest = [];
    index++;
    while (index < lines.length && belongs(lines, index, first.indent)) {
      rest.push(lines[index].slice(Math.min(indent(lines[index]), first.indent + 2)));
      index++;
    }
    budget.elements -= 1;
    budget.steps += 1 + item.text.length / 1000;
    list.append(element("li", { dir: "auto" }, inline(item.text, budget),
      rest.some((line) => line.trim()) ? blocks(rest, budget, level + 1) : null));
    if (budget.elements <= 0) break;
  }
  return [list, index];
}

/** Whether a line goes on with the item before it: indented deeper, or empty before one that is. */
function belongs(lines, index, depth) {
  if (lines[index].trim()) return indent(lines[index]) > depth;
  const next = lines[index + 1] ?? "";
  return next.trim() !== "" && indent(next) >= 2;
}

const indent = (line) => line.length - line.trimStart().length;

const cellsOf = (line) => line.trim().replace(/^\|/, "").replace(/\|$/, "").split("|");

/** The line below a table's head: dashes, colons and bars. */
function isTableRule(line) {
  return line.includes("-") && /^[\s|:-]+$/.test(line) && cellsOf(line).every((cell) => /^:?-+:?$/.test(cell.trim()));
}

function tableFrom(lines, start, budget) {
  const row = (line, make) => {
    const cells = cellsOf(line);
    budget.steps += 1 + line.length / 1000;
    const fitting = cells.slice(0, Math.max(1, budget.elements));
    budget.elements -= fitting.length + 1;
    const made = element("tr", {}, fitting.map((cell) => make(inline(cell.trim(), budget))));
    if (fitting.length < cells.length) made.lastElementChild.append(` ${cells.slice(fitting.length).join("|")}`);
    return made;
  };
  const head = row(lines[start], (nodes) => element("th", { scope: "col" }, nodes));
  const body = element("tbody");
  let index = start + 2;
  while (index < lines.length && budget.elements > 0 && lines[index].includes("|") && lines[index].trim()) {
    body.append(row(lines[index], (nodes) => element("td", { dir: "auto" }, nodes)));
    index++;
  }
  const table = element("table", { class: "table" }, element("thead", {}, head), body);
  return [element("div", { class: "scroll-x", tabindex: "0", role: "group", "aria-label": "Table" }, table), index];
}

/** A code block with its language and a button to copy. */
export function codeBlock(code, language = "") {
  const copy = element("button", { class: "button quiet bar", type: "button", onclick: () => copyText(code, copy) }, "Copy");
  return element("figure", { class: "code-block" },
    element("figcaption", {}, element("span", { class: "meta" }, language || "text"), copy),
    element("pre", { tabindex: "0" }, element("code", {}, code)));
}

/** Copies, and says so on the button for a moment. */
export async function copyText(text, button) {
  const before = [...button.childNodes];
  const isIcon = button.classList.contains("icon-only");
  const say = (word, name) => button.replaceChildren(isIcon ? icon(name, { label: word }) : word);
  try {
    await navigator.clipboard.writeText(text);
    say("Copied", "check");
  } catch {
    say("Not allowed", "warn");
  }
  clearTimeout(button.copyTimer);
  button.copyLabel ??= before;
  button.copyTimer = setTimeout(() => {
    button.replaceChildren(...button.copyLabel);
    button.copyLabel = null;
  }, 1500);
}
