// Draws one part of a message: text, thinking, a tool call. A part that cannot be drawn becomes one line with its raw data.

import { element, icon } from "../dom.js";
import { ansiRuns } from "./ansi.js";
import { drawCard } from "./cards.js";
import { counts, diffTable, lineDiff } from "./diff.js";
import { copyText, growMarkdown, renderMarkdown } from "./markdown.js";
import { countOf, exitCode, hostAndPath, isInternal, readCommand, sourcesOf } from "./tool-meaning.js";
import { buildResult, buildTool, flatten, isApprovalTool } from "./tools.js";

const outputLines = 200;
const longLine = 4000;
const longestText = 200_000;

/** The element of a part; `update(part)` on it redraws in place and keeps what the person has opened. */
export function drawPart(part, context) {
  const node = element("div", { class: "part", "data-testid": "part" });
  node.update = (next) => {
    try {
      draw(node, next, context);
    } catch (error) {
      console.error("part", error);
      node.replaceChildren(element("details", { class: "part-broken" },
        element("summary", {}, "This step could not be shown"), pre(JSON.stringify(next, null, 2))));
    }
  };
  node.update(part);
  return node;
}

function draw(node, part, context) {
  const kind = kindOf(part);
  if (node.dataset.kind !== kind) node.replaceChildren();
  node.dataset.kind = kind;
  node.dataset.state = part.state ?? "done";
  if (kind === "text") return drawText(node, part);
  if (kind === "reasoning") return drawReasoning(node, part);
  if (kind === "card") return drawCard(node, part, context);
  node.hidden = kind === "internal";
  if (kind === "internal") return;
  drawTool(node, part, kind, context);
}

export function kindOf(part) {
  if (part.type === "text" || part.type === "reasoning") return part.type;
  if (isApprovalTool(part.toolName)) return "card";
  if (part.toolName === buildTool) return "build";
  if (isInternal(part.toolName)) return "internal";
  return {
    Write: "edit", Edit: "edit", MultiEdit: "edit", NotebookEdit: "edit", Read: "read", Glob: "read", Grep: "read",
    Bash: "terminal", WebSearch: "search", WebFetch: "fetch", Skill: "skill",
  }[part.toolName] ?? "other";
}

/** Reads that happen all the time; runs of three and more fold into one line. */
export const isQuiet = (part) => kindOf(part) === "read" && part.state === "output-available";

function drawText(node, part) {
  node.classList.add("reading");
  const isStreaming = part.state === "streaming";
  // While it grows, the formatting is read again at most every 80 ms.
  if (isStreaming && node.drawnAt && performance.now() - node.drawnAt < 80) {
    node.pending ??= setTimeout(() => {
      node.pending = null;
      if (node.isConnected) drawText(node, node.latest);
    }, 80);
    node.latest = part;
    return;
  }
  clearTimeout(node.pending);
  node.pending = null;
  node.latest = part;
  const text = part.text.length > longestText ? `${part.text.slice(0, longestText)}\n\n… cut …` : part.text;
  if (node.drawnText === text && node.wasStreaming === isStreaming) return;
  node.drawnAt = performance.now();
  node.drawnText = text;
  node.wasStreaming = isStreaming;
  if (isStreaming) growMarkdown(node, text);
  else renderMarkdown(node, text);
}

function drawReasoning(node, part) {
  let details = node.firstElementChild;
  if (!details) {
    details = element("details", { class: "thinking" },
      element("summary", {}, icon("brain"), element("span", { class: "thinking-label" }, "Thinking")),
      element("div", { class: "thinking-text", dir: "auto", tabindex: "0", role: "group", "aria-label": "Thinking" }));
    details.addEventListener("click", () => (details.touched = true));
    details.open = part.state === "streaming";
    details.startedAt = performance.now();
    node.append(details);
  }
  const streaming = part.state === "streaming";
  details.classList.toggle("working", streaming);
  const text = details.lastElementChild;
  // Appended, so that nothing that stands there moves.
  const shown = part.text.length > longestText ? `${part.text.slice(0, longestText)}\n\n… cut …` : part.text;
  if (shown !== text.shown) {
    if (shown.startsWith(text.shown ?? "")) text.append(shown.slice(text.shown?.length ?? 0));
    else text.textContent = shown;
    text.shown = shown;
  }
  if (!streaming && details.open && !details.touched && !details.closing) {
    details.closing = true;
    setTimeout(() => !details.touched && (details.open = false), 1000);
  }
  if (!streaming && details.startedAt) {
    const seconds = Math.round((performance.now() - details.startedAt) / 1000);
    if (seconds > 1) details.querySelector(".thinking-label").textContent = `Thought for ${seconds} s`;
    details.startedAt = 0;
  }
}

const looks = {
  edit: { icon: "pencil", verb: (part) => (part.toolName === "Write" ? "Write" : "Edit") },
  read: { icon: "eye", verb: (part) => ({ Glob: "Find files", Grep: "Search files" })[part.toolName] ?? "Read" },
  terminal: { icon: "terminal", verb: (part) => readCommand(part.input?.command)?.verb ?? "Run" },
  search: { icon: "search", verb: () => "Search the web" },
  fetch: { icon: "globe", verb: () => "Open page" },
  skill: { icon: "spark", verb: () => "Use skill" },
  build: { icon: "tool", verb: () => "Build the app" },
  other: { icon: "tool", verb: (part) => readable(part.toolName) },
};

const readable = (name) => name.replace(/^mcp__[a-z_]+__/, "").replace(/_/g, " ");

function drawTool(node, part, kind, context) {
  let details = node.firstElementChild;
  if (!details) {
    details = element("details", { class: "tool" },
      element("summary", {},
        element("span", { class: "tool-icon" }), element("span", { class: "tool-verb" }),
        element("bdi", { class: "tool-object truncate" }), element("span", { class: "tool-state" })),
      element("div", { class: "tool-body" }));
    details.startedAt = performance.now();
    details.addEventListener("toggle", () => details.open && fill(details, details.latest, kind, context));
    node.append(details);
  }
  const look = looks[kind];
  const state = stateOf(part);
  details.latest = part;
  if (details.dataset.state !== state) details.dataset.state = state;
  if (state === "done" || state === "failed") details.endedAt ??= performance.now();
  const verb = look.verb(part);
  const object = objectOf(part, kind).slice(0, 300);
  const key = `${verb}|${state}|${part.state}|${kind === "edit" ? JSON.stringify(editCounts(part)) : ""}|${object}`;
  if (details.key !== key) {
    details.key = key;
    details.querySelector(".tool-icon").replaceChildren(icon(look.icon));
    details.querySelector(".tool-verb").textContent = verb;
    const place = details.querySelector(".tool-object");
    place.textContent = object;
    place.classList.toggle("skeleton", !object && state === "writing");
    details.querySelector(".tool-state").replaceChildren(...stateMark(state, part, kind, details));
  }
  if (kind === "build" && state === "failed" && !details.touched) details.open = true;
  if (details.open) fill(details, part, kind, context);
}

function stateOf(part) {
  if (part.state === "output-error") return "failed";
  if (part.state === "output-available" && !part.preliminary) {
    return part.toolName === buildTool && !buildResult(part) ? "failed" : "done";
  }
  return part.state === "input-streaming" ? "writing" : "running";
}

function stateMark(state, part, kind, details) {
  const marks = [];
  if (kind === "edit" && part.input) {
    const { added, removed } = editCounts(part);
    if (added) marks.push(element("span", { class: "meta count-added" }, `+${added}`));
    if (removed) marks.push(element("span", { class: "meta count-removed" }, `−${removed}`));
  }
  const told = state === "done" || state === "failed" ? outcomeOf(part, kind) : null;
  if (told) marks.push(element("span", { class: "meta numbers" }, told));
  const seconds = details.endedAt ? (details.endedAt - details.startedAt) / 1000 : 0;
  if (seconds > 1) marks.push(element("span", { class: "meta numbers" }, `${seconds.toFixed(1)} s`));
  if (state === "failed") marks.push(element("span", { class: "badge bad" }, icon("error"), "failed"));
  else if (state === "done") marks.push(icon("check", { label: "done" }));
  else marks.push(element("span", { class: "spinner", role: "img", "aria-label": state === "writing" ? "being written" : "running" }));
  return marks;
}

/** What came of a call, in a word or two. */
function outcomeOf(part, kind) {
  if (kind === "read") return countOf(part);
  if (kind === "terminal") {
    const code = exitCode(part);
    return code === null ? null : `exit code ${code}`;
  }
  if (kind !== "search") return null;
  const sources = sourcesOf(part.output);
  return sources.length ? `${sources.length} ${sources.length === 1 ? "source" : "sources"}` : null;
}

function objectOf(part, kind) {
  const input = part.input ?? {};
  if (kind === "terminal") return (readCommand(input.command)?.object ?? String(input.command ?? "")).replace(/\s+/g, " ").slice(0, 300);
  if (kind === "fetch") {
    const address = hostAndPath(input.url);
    if (address) return address.host + address.path;
  }
  if (kind === "build") {
    const result = buildResult(part);
    return result ? `${result.fileCount} files, ${size(result.totalBytes)}` : "";
  }
  const text = input.file_path ?? input.path ?? input.pattern ?? input.command ?? input.query ?? input.url ?? input.skill ??
    input.description ?? "";
  return String(text).replace(/\s+/g, " ").slice(0, 300);
}

export function size(bytes) {
  if (bytes < 1000) return `${bytes} bytes`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const edits = (input) => (Array.isArray(input.edits) ? input.edits : [input]);

function editLines(part) {
  const input = part.input ?? {};
  if (part.toolName === "Write") return lineDiff("", String(input.content ?? ""));
  return edits(input).flatMap((edit) => lineDiff(String(edit.old_string ?? ""), String(edit.new_string ?? "")));
}

function editCounts(part) {
  const input = part.input ?? {};
  // Counting lines is enough here; the diff itself is made when somebody looks.
  if (part.toolName === "Write") return { added: lineCount(input.content), removed: 0 };
  const all = edits(input).map((edit) => counts(lineDiff(String(edit.old_string ?? ""), String(edit.new_string ?? ""))));
  return { added: all.reduce((sum, one) => sum + one.added, 0), removed: all.reduce((sum, one) => sum + one.removed, 0) };
}

const lineCount = (text) => (text ? String(text).replace(/\n$/, "").split("\n").length : 0);

function fill(details, part, kind, context) {
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
    if (part.input && Object.keys(part.input).length) children.push(labelled("Input", pre(JSON.stringify(part.input, null, 2))));
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

function pre(text) {
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
