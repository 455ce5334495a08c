// Draws one part of a message: text, thinking, a tool call. A part that cannot be drawn becomes one line with its raw data.

import { element, icon } from "../dom.js";
import { drawCard } from "./cards.js";
import { growMarkdown, renderMarkdown } from "./markdown.js";
import { editCounts, fill, pre, size } from "./tool-body.js";
import { countOf, exitCode, hostAndPath, isInternal, readCommand, sourcesOf } from "./tool-meaning.js";
import { buildResult, buildTool, inJSON, isApprovalTool } from "./tools.js";

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
        element("summary", {}, "This step could not be shown"), pre(inJSON(next))));
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
    details.firstElementChild.addEventListener("click", () => (details.touched = true));
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

/** The turn ended while the tool was at work: nothing went wrong with the tool. */
const isCutShort = (part) => part.state === "output-error" && ["Stopped.", "Interrupted."].includes(part.errorText);

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
  if (isCutShort(part)) marks.push(element("span", { class: "badge" }, "stopped"));
  else if (state === "failed") marks.push(element("span", { class: "badge bad" }, icon("error"), "failed"));
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
  if (!sources.length) return null;
  // From three on they are counted; who they are stands in the opened row.
  return sources.length < 3 ? sources.map(({ host }) => host).join(", ").slice(0, 80) : `${sources.length} sources`;
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
