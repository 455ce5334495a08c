// What an opened tool row shows: differences, output, sources, results.

import { element, icon } from "../dom.js";
import { ansiRuns } from "./ansi.js";
import { counts, diffTable, lineDiff } from "./diff.js";
import { copyText } from "./markdown.js";
import { hostAndPath, sourcesOf } from "./tool-meaning.js";
import { buildResult, flatten, inJSON } from "./tools.js";

const outputLines = 200;
const longLine = 4000;

export function size(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const edits = (input) => (Array.isArray(input.edits) ? input.edits : [input]);

function editLines(part) {
  const input = part.input ?? {};
  if (part.toolName === "Write") return lineDiff("", String(input.content ?? ""));
  return edits(input).flatMap((edit) => lineDiff(String(edit?.old_string ?? ""), String(edit?.new_string ?? "")));
}

/** `{ added, removed }` lines of a call that writes. */
export function editCounts(part) {
  const input = part.input ?? {};
  // Counting lines is enough here; the diff itself is made when somebody looks.
  if (part.toolName === "Write") return { added: lineCount(input.content), removed: 0 };
  const all = edits(input).map((edit) => counts(lineDiff(String(edit?.old_string ?? ""), String(edit?.new_string ?? ""))));
  return { added: all.reduce((sum, one) => sum + one.added, 0), removed: all.reduce((sum, one) => sum + one.removed, 0) };
}

const lineCount = (text) => (text ? String(text).replace(/\n$/, "").split("\n").length : 0);

/** Draws the body of a row anew if there is more to show than before. */
export function fill(details, part, kind, context) {
  const body = details.querySelector(".tool-body");
  const key = JSON.stringify([part.state, part.preliminary, String(part.input?.content ?? "").length, flatten(part.output).length]);
  if (body.dataset.key === key) return;
  body.dataset.key = key;
  const children = [];
  const output = part.errorText ?? flatten(part.output);
  if (kind === "edit") {
    children.push(diffTable(editLines(part)));
    if (context?.openFile && part.input?.file_path) {
      children.push(element("button", { class: "button bar", type: "button", onclick: () => context.openFile(part.input.file_path) },
        icon("files"), "Open in files"));
    }
    if (part.state === "output-error") children.push(outputBlock(output));
  } else if (kind === "terminal") {
    children.push(element("div", { class: "terminal" },
      element("pre", { class: "terminal-command", tabindex: "0" }, cut(`$ ${part.input?.command ?? ""}`)), terminal(output)),
    copyRow(output));
  } else if (kind === "build") {
    const result = buildResult(part);
    if (result) {
      children.push(element("p", {}, result.summary ?? "The app was built."));
      if (result.warning) children.push(element("p", { class: "callout warn" }, icon("warn"), result.warning));
    } else {
      children.push(outputBlock(output));
      if (context?.fix && part.state !== "input-available") {
        children.push(element("button", { class: "button bar", type: "button", onclick: () => context.fix(`The build failed:\n\n${output.slice(0, 4000)}`) },
          icon("bug"), "Fix this"));
      }
    }
  } else if (kind === "other") {
    if (part.input && Object.keys(part.input).length) children.push(labelled("Input", pre(inJSON(part.input))));
    if (output) children.push(labelled(part.errorText ? "Error" : "Output", outputBlock(output)));
  } else {
    children.push(...meaningOf(part, kind, output));
  }
  body.replaceChildren(...children);
}

/** What a reading call found. */
function meaningOf(part, kind, output) {
  if (part.state === "output-error") return [labelled("Error", outputBlock(output))];
  const nodes = [];
  if (kind === "search") {
    const sources = sourcesOf(part.output);
    if (sources.length) {
      return [element("ul", { class: "tool-sources", role: "list" }, sources.map(({ title, url, host }) => element("li", {},
        element("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow", title: url, dir: "auto" }, title.slice(0, 200)),
        element("bdi", { class: "meta" }, host))))];
    }
  } else if (kind === "fetch") {
    const address = hostAndPath(part.input?.url);
    if (address) {
      nodes.push(element("p", {}, element("a", { href: address.href, target: "_blank", rel: "noopener noreferrer nofollow", title: address.href },
        (address.host + address.path).slice(0, 200))));
    }
  }
  if (output.trim()) nodes.push(outputBlock(output));
  else nodes.push(element("p", { class: "quiet small" }, part.state === "output-available" ? "Nothing was found." : "No answer yet."));
  return nodes;
}

function copyRow(text) {
  const copy = element("button", { class: "button quiet bar", type: "button", onclick: () => copyText(text, copy) }, "Copy output");
  return element("div", { class: "cluster" }, copy);
}

const labelled = (label, node) => element("div", { class: "stack-small" }, element("span", { class: "meta" }, label), node);

/** Raw text, cut where it is long. */
export function pre(text) {
  return element("pre", { class: "output", tabindex: "0", dir: "auto" }, cut(text));
}

/** Output cut at 200 lines, with a button for the rest. */
function outputBlock(text) {
  const lines = text.split("\n");
  const shown = (all) => (all ? lines : lines.slice(0, outputLines)).map(cut).join("\n");
  const block = element("pre", { class: "output", tabindex: "0", dir: "auto" }, shown(false));
  const box = element("div", { class: "stack-small" }, block);
  const actions = element("div", { class: "cluster" });
  if (lines.length > outputLines) {
    const more = element("button", { class: "button bar", type: "button",
      onclick: () => (block.textContent = shown(true), more.remove()) }, `Show all ${lines.length} lines`);
    actions.append(more);
  }
  const copy = element("button", { class: "button quiet bar", type: "button", onclick: () => copyText(text, copy) }, "Copy");
  actions.append(copy);
  box.append(actions);
  return box;
}

const cut = (line) => (line.length > longLine ? `${line.slice(0, longLine)} … ${line.length - longLine} more characters` : line);

function terminal(text) {
  const lines = text.split("\n");
  const block = element("pre", { class: "terminal-output", tabindex: "0" });
  const show = (count) => block.replaceChildren(...ansiRuns(lines.slice(0, count).map(cut).join("\n"))
    .map((run) => (run.classes.length ? element("span", { class: run.classes.join(" ") }, run.text) : run.text)));
  show(outputLines);
  const box = element("div", {}, block);
  if (lines.length > outputLines) {
    const more = element("button", { class: "button bar", type: "button",
      onclick: () => (show(lines.length), more.remove()) }, `Show all ${lines.length} lines`);
    box.append(more);
  }
  return box;
}
