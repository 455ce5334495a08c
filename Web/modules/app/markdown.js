// A small markdown reader that builds elements, never markup: headings, lists, tables, code, quotes, emphasis, links.
// Whatever it does not know stays text. Links lead to http, https and mailto only.

import { element, icon } from "../dom.js";

/** Fills `root` with the text's elements. */
export function renderMarkdown(root, text) {
  root.settled = 0;
  root.tail = null;
  root.outline = { level: 1 };
  root.replaceChildren(...blocks(text.replace(/\r\n?/g, "\n").split("\n"), root.outline));
}

/**
 * As `renderMarkdown`, for a text that grows at its end: blocks that are complete stay as they are, only what follows the
 * last empty line is read again.
 */
export function growMarkdown(root, text) {
  const from = root.settled ?? 0;
  const end = settledEnd(text, from);
  root.outline ??= { level: 1 };
  for (const node of root.tail ?? [...root.childNodes]) node.remove();
  if (end > from) {
    root.append(...blocks(text.slice(from, end).replace(/\r\n?/g, "\n").split("\n"), root.outline));
    root.settled = end;
  }
  root.tail = blocks(text.slice(root.settled ?? 0).replace(/\r\n?/g, "\n").split("\n"), { ...root.outline });
  root.append(...root.tail);
}

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

/** `outline.level` is that of the heading before these lines, 1 for none; it is kept up to date. */
function blocks(lines, outline) {
  const nodes = [];
  let index = 0;
  while (index < lines.length) {
    const line = lines[index];
    const fence = /^\s*(`{3,}|~{3,})\s*([\w+#.-]*)/.exec(line);
    if (fence) {
      const code = [];
      index++;
      while (index < lines.length && !lines[index].trim().startsWith(fence[1])) code.push(lines[index++]);
      index++;
      nodes.push(codeBlock(code.join("\n"), fence[2]));
      continue;
    }
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (heading) {
      outline.level = headingLevel(heading[1].length, outline.level);
      nodes.push(element(`h${outline.level}`, { class: "md-heading" }, ...inline(heading[2])));
      index++;
      continue;
    }
    if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      nodes.push(element("hr"));
      index++;
      continue;
    }
    if (/^\s*>/.test(line)) {
      const quoted = [];
      while (index < lines.length && /^\s*>/.test(lines[index])) quoted.push(lines[index++].replace(/^\s*>\s?/, ""));
      nodes.push(element("blockquote", {}, ...blocks(quoted, outline)));
      continue;
    }
    if (isItem(line)) {
      const [list, next] = listFrom(lines, index, outline);
      nodes.push(list);
      index = next;
      continue;
    }
    if (line.includes("|") && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[index + 1] ?? "")) {
      const [table, next] = tableFrom(lines, index);
      nodes.push(table);
      index = next;
      continue;
    }
    if (!line.trim()) {
      index++;
      continue;
    }
    const paragraph = [];
    while (index < lines.length && lines[index].trim() && !startsBlock(lines[index])) paragraph.push(lines[index++]);
    if (!paragraph.length) paragraph.push(lines[index++]);
    nodes.push(element("p", { dir: "auto" }, ...inline(paragraph.join("\n"))));
  }
  return nodes;
}

const startsBlock = (line) => /^\s*(`{3,}|~{3,}|>|#{1,6}\s)/.test(line) || isItem(line);
const isItem = (line) => /^\s*([-*+]|\d{1,9}[.)])\s+/.test(line);

function listFrom(lines, start, outline) {
  const first = /^(\s*)([-*+]|\d{1,9}[.)])\s+/.exec(lines[start]);
  const ordered = /\d/.test(first[2]);
  const list = element(ordered ? "ol" : "ul", ordered ? { start: parseInt(first[2], 10) } : {});
  const depth = first[1].length;
  let index = start;
  while (index < lines.length) {
    const item = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/.exec(lines[index]);
    if (!item || item[1].length < depth || (item[1].length === depth && /\d/.test(item[2]) !== ordered)) break;
    const inner = [item[3]];
    index++;
    while (index < lines.length && (lines[index].trim() === "" ? /^\s{2,}\S/.test(lines[index + 1] ?? "") : indent(lines[index]) > depth)) {
      inner.push(lines[index].slice(Math.min(indent(lines[index]), depth + 2)));
      index++;
    }
    const [head, ...rest] = inner;
    list.append(element("li", { dir: "auto" }, ...inline(head), ...(rest.some((line) => line.trim()) ? blocks(rest, outline) : [])));
  }
  return [list, Math.max(index, start + 1)];
}

const indent = (line) => line.length - line.trimStart().length;

function tableFrom(lines, start) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
  const head = element("tr", {}, cells(lines[start]).map((cell) => element("th", { scope: "col" }, ...inline(cell))));
  const body = element("tbody");
  let index = start + 2;
  while (index < lines.length && lines[index].includes("|") && lines[index].trim()) {
    body.append(element("tr", {}, cells(lines[index]).map((cell) => element("td", { dir: "auto" }, ...inline(cell)))));
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

const patterns = [
  [/^`([^`]+)`/, (match) => element("code", { class: "md-code" }, match[1])],
  [/^\*\*([^*]+)\*\*/, (match) => element("strong", {}, ...inline(match[1]))],
  [/^__([^_]+)__/, (match) => element("strong", {}, ...inline(match[1]))],
  [/^\*([^*\s][^*]*)\*/, (match) => element("em", {}, ...inline(match[1]))],
  [/^_([^_\s][^_]*)_(?!\w)/, (match) => element("em", {}, ...inline(match[1]))],
  [/^~~([^~]+)~~/, (match) => element("del", {}, ...inline(match[1]))],
  [/^\[([^\]]+)\]\(([^()\s]+(?:\([^()\s]*\))?)\)/, (match) => link(match[2], match[1])],
  [/^https?:\/\/[^\s<>"'`)\]]+[^\s<>"'`)\].,;:!?]/, (match) => link(match[0], match[0])],
];

function inline(text) {
  const nodes = [];
  let plain = "";
  let index = 0;
  // Long runs without any special character are taken at once: a line of a megabyte must not cost a match a character.
  const special = /[`*_~[h\\\n]/g;
  while (index < text.length) {
    special.lastIndex = index;
    const next = special.exec(text);
    if (!next) {
      plain += text.slice(index);
      break;
    }
    plain += text.slice(index, next.index);
    index = next.index;
    if (text[index] === "\\" && /[\\`*_{}[\]()#+.!~-]/.test(text[index + 1] ?? "")) {
      plain += text[index + 1];
      index += 2;
      continue;
    }
    if (text[index] === "\n") {
      if (plain) nodes.push(plain);
      plain = "";
      nodes.push(element("br"));
      index++;
      continue;
    }
    const rest = text.slice(index, index + 4000);
    const found = patterns.map(([pattern, make]) => [pattern.exec(rest), make]).find(([match]) => match);
    if (!found) {
      plain += text[index++];
      continue;
    }
    if (plain) nodes.push(plain);
    plain = "";
    nodes.push(found[1](found[0]));
    index += found[0][0].length;
  }
  if (plain) nodes.push(plain);
  return nodes;
}

/** The address if it is one that a person may follow, else null. */
export function safeAddress(address) {
  try {
    const url = new URL(address, "https://relative.invalid/");
    if (url.hostname === "relative.invalid") return null;
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function link(address, label) {
  const href = safeAddress(address);
  if (!href) return document.createTextNode(label);
  return element("a", { href, target: "_blank", rel: "noopener noreferrer nofollow", title: href }, label);
}
