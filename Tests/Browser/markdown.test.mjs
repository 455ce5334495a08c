// What the markdown reader makes of good and of hostile text. Work is compared between a length and four times of it: a rule
// that tries again and again takes sixteen times as long for the longer one.

import assert from "node:assert/strict";
import test from "node:test";
import { countOf, depthOf, make, outline } from "./fixture/dom.mjs";
import { deepest, longestFormatted, growMarkdown, renderMarkdown } from "../../Web/modules/app/markdown.js";

const draw = (text) => {
  const root = make();
  renderMarkdown(root, text);
  return root;
};
const drawn = (text) => draw(text).childNodes.map(outline).join(" ");

for (const [text, expected] of [
  ["# One ##\n\ntwo", "h2(One) p(two)"],
  ["# C#", "h2(C#)"],
  ["#", "p(#)"],
  ["# #", "h2()"],
  ["a *b* **c** ***d*** ~~e~~ `f` ``g`h``", "p(a  em(b)   strong(c)   strong(em(d))   del(e)   code(f)   code(g`h))"],
  ["**a *b* c**", "p(strong(a  em(b)  c))"],
  ["some_long_name __x__ _y_", "p(some_long_name  strong(x)   em(y))"],
  ["2 * 3 * 4 and * b", "p(2 * 3 * 4 and * b)"],
  ["\\*no\\* a\nb", "p(*no* a br() b)"],
  ["[a](https://x.example/b_(c)) https://y.example/.", "p(a(a)   a(https://y.example/) .)"],
  ["[a](javascript:alert(1)) [b](/c) <b>x</b>", "p(a   b  <b>x</b>)"],
  ["[[a](https://x.example)", "p([ a(a))"],
  ["> a\n> > b", "blockquote(p(a) blockquote(p(b)))"],
  ["- a\n  - b\n- c\n\n1. d\n2) e", "ul(li(a ul(li(b))) li(c)) ol(li(d) li(e))"],
  ["- \u2028x\nlast", "ul(li(x)) p(last)"],
  ["***\n- - -\n_ _ _", "hr() hr() hr()"],
  ["|a|b|\n|:-|-:|\n|c|d|", "div(table(thead(tr(th(a) th(b))) tbody(tr(td(c) td(d)))))"],
  ["a | b\nc", "p(a | b br() c)"],
]) {
  test(`markdown: ${JSON.stringify(text)}`, () => assert.equal(drawn(text), expected));
}

test("quotes and lists nest so deep and no deeper; what is deeper is text", () => {
  const quotes = draw(`${">".repeat(5000)} end`);
  assert.ok(depthOf(quotes) <= deepest + 3);
  assert.ok(quotes.textContent.endsWith("> end"));
  const at = draw(`${"> ".repeat(deepest)}end`);
  assert.equal(depthOf(at), deepest + 2);
  assert.equal(at.textContent, "end");
  const lists = draw(Array.from({ length: 300 }, (_, level) => `${"  ".repeat(level)}- ${level}`).join("\n"));
  assert.ok(depthOf(lists) <= 2 * deepest + 3);
  assert.ok(lists.textContent.includes("299"));
});

test("a text makes so many elements and no more, and loses none of its words", () => {
  for (const text of ["*a* ".repeat(24_000), "\n".repeat(50_000) + "a\n\n".repeat(20_000), "|a".repeat(25_000) + "\n" + "|-".repeat(25_000),
    "- a\n".repeat(24_000), "`a`\n".repeat(24_000)]) {
    const root = draw(text);
    assert.ok(countOf(root) < 11_500, `${countOf(root)}`);
    assert.equal(root.textContent.match(/a/g).length, text.match(/a/g).length);
  }
});

test("what follows the formatted part of a long text stays as it is written", () => {
  const root = draw(`${"*a* b\n".repeat(longestFormatted / 6)}*last* line`);
  assert.ok(root.textContent.endsWith("*last* line"));
  assert.equal(root.childNodes.at(-1).attributes.class, "md-verbatim");
});

test("text that grows is in the end what it would have been at once", () => {
  const text = "# a\n\n- b\n- *c*\n\n```\nd\n\ne\n```\n\n> f\n\ng";
  const root = make();
  for (let end = 1; end <= text.length; end++) {
    for (const node of root.childNodes) if (node.remove === undefined) node.remove = () => (root.childNodes = root.childNodes.filter((other) => other !== node));
    growMarkdown(root, text.slice(0, end));
  }
  assert.equal(root.childNodes.map(outline).join(" "), drawn(text));
});

const shapes = {
  "spaces in a heading": (n) => `# a${" ".repeat(n)}b`,
  "marks in a heading": (n) => `# ${"#".repeat(n)}b`,
  "spaces under a table": (n) => `|\n${" ".repeat(n)}x`,
  "dashes under a table": (n) => `|\n${"-|".repeat(n / 2)}x`,
  "spaces in a list": (n) => `- ${" ".repeat(n)}\u2028`,
  "quotes": (n) => ">".repeat(n),
  "quotes with spaces": (n) => "> ".repeat(n / 2),
  "list marks": (n) => "- ".repeat(n / 2),
  "rules that are none": (n) => `${"- ".repeat(n / 2)}x`,
  "fences": (n) => "```\n".repeat(n / 4),
  "brackets": (n) => "[".repeat(n),
  "closed brackets": (n) => `${"[".repeat(n / 2)}${"]".repeat(n / 2)}`,
  "open links": (n) => "[a](".repeat(n / 4),
  "links with brackets": (n) => "[a](()".repeat(n / 6),
  "one bracket, long address": (n) => `[a](${"x".repeat(n)}`,
  "stars": (n) => "*".repeat(n),
  "open emphasis": (n) => "*a ".repeat(n / 3),
  "mixed marks": (n) => "*_~~`[".repeat(n / 6),
  "ticks": (n) => "`".repeat(n),
  "tick runs": (n) => Array.from({ length: Math.floor(Math.sqrt(2 * n)) }, (_, count) => "`".repeat(count)).join(" "),
  "underscores": (n) => "_a".repeat(n / 2),
  "addresses": (n) => "http://".repeat(n / 7),
  "address of dots": (n) => `http://${".".repeat(n)}`,
  "backslashes": (n) => "\\".repeat(n),
  "letters": (n) => "h".repeat(n),
  "nested lists": (n) => Array.from({ length: Math.floor(Math.sqrt(n)) }, (_, level) => `${" ".repeat(2 * level)}- a`).join("\n"),
  "empty lines": (n) => "\n".repeat(n),
};

/** The shortest of several runs, in milliseconds: what else the machine does makes a run longer, never shorter. */
const cost = (text) => Math.min(...Array.from({ length: 4 }, () => {
  const started = process.cpuUsage();
  draw(text);
  const { user } = process.cpuUsage(started);
  return user / 1000;
}));

for (const [name, shape] of Object.entries(shapes)) {
  test(`four times the text is about four times the work: ${name}`, () => {
    // Below the bound of what is formatted, so that the rules themselves are measured.
    const short = Math.max(cost(shape(24_000)), 2);
    const long = cost(shape(96_000));
    assert.ok(long < short * 11, `${short} ms, then ${long} ms`);
  });
}

test("a megabyte of any hostile shape is bounded by what is formatted", () => {
  for (const [name, shape] of Object.entries(shapes)) {
    const root = draw(shape(1_000_000));
    assert.ok(root.budget.steps < 4 * longestFormatted, `${name}: ${root.budget.steps}`);
    assert.ok(countOf(root) < 11_500, name);
  }
});
