// What stands inside a line of markdown: emphasis, code, links, line breaks. One pass: every search for a closing mark starts
// where the last one ended, so a hostile line costs no more than a plain one of its length. Elements only, never markup.

import { element } from "../dom.js";

const longestLink = 2048;
const longestLabel = 1000;
const word = /[\p{L}\p{N}]/u;
const escapable = /[\\`*_{}[\]()#+.!~|>-]/;
const wrappers = [["***", "strong"], ["**", "strong"], ["__", "strong"], ["~~", "del"], ["*", "em"], ["_", "em"]];
const address = /https?:\/\/[^\s<>"'`)\]]+/y;

/**
 * The nodes of a text. `budget.elements` is how many elements may still be made; what comes after the last is text.
 * `budget.steps` counts the places looked at, for tests.
 */
export function inline(text, budget) {
  const nodes = [];
  const seek = searcher(text, budget);
  const special = /[`*_~[h\\\n]/g;
  let plain = "";
  let index = 0;
  const put = (node, end) => {
    if (plain) nodes.push(plain);
    plain = "";
    nodes.push(node);
    budget.elements -= 1;
    index = end;
  };
  while (index < text.length) {
    special.lastIndex = index;
    const at = budget.elements > 0 ? special.exec(text)?.index ?? -1 : -1;
    if (at < 0) {
      plain += text.slice(index);
      break;
    }
    budget.steps += 1;
    plain += text.slice(index, at);
    index = at;
    const mark = text[at];
    if (mark === "\\" && escapable.test(text[at + 1] ?? "")) {
      plain += text[at + 1];
      index += 2;
      continue;
    }
    if (mark === "\n") {
      put(element("br"), at + 1);
      continue;
    }
    const found = mark === "`" ? codeAt(text, at, seek)
      : mark === "[" ? linkAt(text, at, seek)
      : mark === "h" ? addressAt(text, at)
      : emphasisAt(text, at, seek, budget);
    if (found?.node) put(found.node, found.end);
    else {
      const end = found?.end ?? at + 1;
      plain += text.slice(at, end);
      index = end;
    }
  }
  if (plain) nodes.push(plain);
  return nodes;
}

/** Finds marks from left to right; a search never looks again at what an earlier one has passed. */
function searcher(text, budget) {
  const known = new Map();
  return (mark, from) => {
    const last = known.get(mark);
    if (last !== undefined && last >= from) return last;
    const at = text.indexOf(mark, from);
    budget.steps += 1 + ((at < 0 ? text.length : at) - from) / 1000;
    known.set(mark, at < 0 ? Infinity : at);
    return known.get(mark);
  };
}

function codeAt(text, at, seek) {
  const mark = text[at + 1] === "`" ? "``" : "`";
  const from = at + mark.length;
  const end = seek(mark, from);
  if (end === Infinity || end === from) return { end: from };
  return { node: element("code", { class: "md-code" }, text.slice(from, end)), end: end + mark.length };
}

function emphasisAt(text, at, seek, budget) {
  const [mark, name] = wrappers.find(([start]) => text.startsWith(start, at)) ?? [text[at], null];
  const from = at + mark.length;
  if (!name || /\s/.test(text[from] ?? " ")) return { end: from };
  // Names like some_long_name are no emphasis.
  const isUnderscore = mark[0] === "_";
  if (isUnderscore && word.test(text[at - 1] ?? "")) return { end: from };
  const end = seek(mark, from);
  if (end === Infinity || end === from) return { end: from };
  if (isUnderscore && word.test(text[end + mark.length] ?? "")) return { end: from };
  // Nests at most once for each kind: what is inside has no such mark.
  const inner = inline(text.slice(from, end), budget);
  return { node: element(name, {}, mark.length === 3 ? element("em", {}, inner) : inner), end: end + mark.length };
}

function linkAt(text, at, seek) {
  const close = seek("]", at + 1);
  // The innermost bracket is the label's; so every closing one is looked at once.
  if (close > at + longestLabel || seek("[", at + 1) < close || text[close + 1] !== "(" || close === at + 1) return null;
  let end = close + 2;
  let depth = 0;
  for (; end < text.length && end < close + longestLink; end++) {
    const character = text[end];
    if (/\s/.test(character)) return null;
    if (character === "(") {
      // One pair inside, as encyclopaedias have it; with more, every link would look through the rest of the line.
      if (depth === 1) return null;
      depth = 1;
    } else if (character === ")") {
      if (depth === 0) break;
      depth = 0;
    }
  }
  if (text[end] !== ")" || end === close + 2) return null;
  return { node: link(text.slice(close + 2, end), text.slice(at + 1, close)), end: end + 1 };
}

function addressAt(text, at) {
  address.lastIndex = at;
  const found = address.exec(text)?.[0];
  if (!found) return null;
  let length = found.length;
  while (length > 0 && ".,;:!?".includes(found[length - 1])) length -= 1;
  const target = found.slice(0, length);
  if (length > longestLink || target.length < 9) return { end: at + found.length };
  return { node: link(target, target), end: at + length };
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
