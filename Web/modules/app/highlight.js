// Colours source text: splits it into runs with a kind, never into markup. Knows script, styles, JSON and pages well enough
// to read them; whatever it does not know is plain.

const words = new Set(("as async await break case catch class const continue debugger default delete do else enum export extends "
  + "finally for from function get if implements import in instanceof interface keyof let new null of private protected public "
  + "readonly return satisfies set static super switch this throw true false try type typeof undefined var void while yield").split(" "));

const script = [
  ["comment", /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ["string", /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|`(?:[^`\\]|\\[\s\S])*`?/y],
  ["tag", /<\/?[A-Z][\w.]*|<\/?[a-z][\w-]*(?=[\s/>])|\/?>(?=\s*$)/my],
  ["number", /\b(?:0[xob][\da-f_]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)n?\b/iy],
  ["word", /[A-Za-z_$][\w$]*/y],
];
const styles = [
  ["comment", /\/\*[\s\S]*?(?:\*\/|$)/y],
  ["string", /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?/y],
  ["keyword", /@[\w-]+|!important/y],
  ["tag", /--[\w-]+|[\w-]+(?=\s*:)/y],
  ["number", /#[\da-f]{3,8}\b|-?\d*\.?\d+(?:[a-z]+|%)?/iy],
  // A name that is no property is passed as a whole: trying again at each of its letters takes the square of its length.
  ["", /[\w-]+/y],
];
const json = [
  ["tag", /"(?:[^"\\\n]|\\.)*"(?=\s*:)/y],
  ["string", /"(?:[^"\\\n]|\\.)*"?/y],
  ["number", /-?\b\d+(?:\.\d+)?(?:e[+-]?\d+)?\b/iy],
  ["keyword", /\b(?:true|false|null)\b/y],
];
const page = [
  ["comment", /<!--[\s\S]*?(?:-->|$)/y],
  ["tag", /<\/?[a-z][\w-]*|\/?>/iy],
  ["string", /"[^"]*"|'[^']*'/y],
];

const languages = {
  ts: script, tsx: script, js: script, jsx: script, mjs: script, cjs: script, css: styles, json, html: page, svg: page, xml: page,
};

export const languageOf = (path) => languages[path.split(".").at(-1)?.toLowerCase()] ?? null;

/** Coloured runs of one text; what comes after the last is plain. */
const mostRuns = 30_000;

/** Runs `{ kind, text }` that together are the text; a text of more than `limit` characters is left plain. */
export function highlight(text, path, limit = 200_000) {
  const rules = languageOf(path);
  if (!rules || text.length > limit) return [{ kind: "", text }];
  const runs = [];
  let plain = 0;
  let at = 0;
  const push = (kind, from, to) => {
    if (plain < from) runs.push({ kind: "", text: text.slice(plain, from) });
    if (kind) runs.push({ kind, text: text.slice(from, to) });
    plain = kind ? to : from;
  };
  while (at < text.length && runs.length < mostRuns) {
    const found = match(rules, text, at);
    if (!found) {
      at += 1;
      continue;
    }
    const { kind, length } = found;
    const isWord = kind === "word";
    const isKeyword = isWord && words.has(text.slice(at, at + length));
    if (kind && (!isWord || isKeyword)) push(isKeyword ? "keyword" : kind, at, at + length);
    at += length;
  }
  if (plain < text.length) runs.push({ kind: "", text: text.slice(plain) });
  return runs;
}

function match(rules, text, at) {
  for (const [kind, pattern] of rules) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found && found[0].length) return { kind, length: found[0].length };
  }
  return null;
}

/** The same runs, cut at line breaks: one list of runs for every line. */
export function highlightLines(text, path) {
  const lines = [[]];
  for (const { kind, text: piece } of highlight(text, path)) {
    const parts = piece.split("\n");
    parts.forEach((part, index) => {
      if (index) lines.push([]);
      if (part) lines.at(-1).push({ kind, text: part });
    });
  }
  return lines;
}
