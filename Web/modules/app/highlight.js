// Colours for code by a small reader of tokens: comments, strings, numbers, words of the language. Text only, no markup.

import { element } from "../dom.js";

const words = new Set(("abstract as async await break case catch class const continue default delete do else enum export extends " +
  "false finally for from function if implements import in instanceof interface let new null of private public readonly return " +
  "static super switch this throw true try type typeof undefined var void while yield").split(" "));

const scripts = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?|\b\d[\d_.eExXa-fA-F]*\b|[A-Za-z_$][\w$]*/g;
const styles = /\/\*[\s\S]*?(?:\*\/|$)|"[^"\n]*"?|'[^'\n]*'?|#[0-9a-fA-F]{3,8}\b|\b\d[\d.]*(?:px|rem|em|%|s|ms|vh|vw)?|@[\w-]+|--[\w-]+/g;
const markup = /<!--[\s\S]*?(?:-->|$)|"[^"\n]*"|<\/?[\w-]+|\/?>/g;

const readers = { js: scripts, mjs: scripts, ts: scripts, tsx: scripts, jsx: scripts, json: scripts, css: styles, html: markup, svg: markup };

/** The code as nodes; beyond 200 kB, and for unknown endings, plain text. */
export function highlight(code, path) {
  const reader = readers[path.split(".").pop()];
  if (!reader || code.length > 200_000) return [code];
  const nodes = [];
  let start = 0;
  for (const match of code.matchAll(reader)) {
    const kind = kindOf(match[0]);
    if (!kind) continue;
    if (match.index > start) nodes.push(code.slice(start, match.index));
    nodes.push(element("span", { class: `code-${kind}` }, match[0]));
    start = match.index + match[0].length;
  }
  nodes.push(code.slice(start));
  return nodes;
}

function kindOf(token) {
  if (/^(\/\/|\/\*|<!--)/.test(token)) return "comment";
  if (/^["'`]/.test(token)) return "string";
  if (/^(\d|#[0-9a-fA-F])/.test(token)) return "number";
  if (/^(@|--|<|\/?>)/.test(token)) return "word";
  return words.has(token) ? "word" : null;
}
