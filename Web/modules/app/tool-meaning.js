// What a tool call is about, in a person's words. Pure; whatever cannot be made out is `null`, and is then shown as it is.

import { flatten, payload } from "./tools.js";

const internal = new Set(["ToolSearch", "ListMcpResourcesTool", "ReadMcpResourceTool"]);

/** Calls with which an agent looks up its own tools: nothing a person could learn from. */
export const isInternal = (name) => internal.has(name);

const readers = {
  cat: "Read", head: "Read", tail: "Read", less: "Read", nl: "Read", wc: "Count lines of", stat: "Look at", file: "Look at",
  ls: "List", tree: "List", find: "Find files", fd: "Find files", grep: "Search", rg: "Search", pwd: "Ask for the folder",
};

/** `{ verb, object }` of a command that only reads or searches; `null` for whatever could do more. */
export function readCommand(command) {
  const text = String(command ?? "").trim();
  // One plain command: nothing chained, redirected, substituted or run by it.
  if (!text || text.length > 400 || /[;&|<>`$\n\\]/.test(text) || /\s-(exec|execdir|delete|ok|okdir|fprint\S*|fls|-pre)\b/.test(text)) return null;
  const [name, ...rest] = text.split(/\s+/);
  if (!Object.hasOwn(readers, name)) return null;
  return { verb: readers[name], object: rest.filter((word) => !/^-/.test(word)).join(" ").replace(/["']/g, "") };
}

/** The number a process ended with, as the runtimes tell it. */
export function exitCode(part) {
  const told = payload(part.output, (object) => Number.isInteger(object.exitCode ?? object.exit_code));
  if (told) return told.exitCode ?? told.exit_code;
  const said = /^\s*(?:error:\s*)?exit code:? (-?\d{1,4})\b/i.exec(part.errorText ?? "");
  return said ? Number(said[1]) : null;
}

/** `[{ title, url, host }]` of a web search's result, at most 20, http and https only. */
export function sourcesOf(output) {
  const text = flatten(output);
  const start = text.indexOf("Links: [");
  const line = start < 0 ? null : text.slice(start + 7, 200_000).split("\n", 1)[0];
  let list = payload(output, (object) => Array.isArray(object.results))?.results;
  try {
    list ??= JSON.parse(line);
  } catch {
    // Cut, or in words only.
  }
  const sources = Array.isArray(list) ? list : [];
  return sources.flatMap((source) => {
    const address = hostAndPath(source?.url);
    return address ? [{ title: String(source.title ?? address.host), url: address.href, host: address.host }] : [];
  }).slice(0, 20);
}

/** Host and path of an address that may be followed, or `null`. */
export function hostAndPath(address) {
  try {
    const url = new URL(String(address));
    if (!["http:", "https:"].includes(url.protocol)) return null;
    return { href: url.href, host: url.host, path: url.pathname === "/" ? "" : url.pathname };
  } catch {
    return null;
  }
}

/** How much a read, a listing or a search has found, in words. */
export function countOf(part) {
  if (part.state !== "output-available" || part.preliminary) return null;
  const text = flatten(part.output).trim();
  const isRead = part.toolName === "Read";
  const one = isRead ? "line" : "result";
  const count = !text || /^no (files|matches)\b/i.test(text) ? 0 : text.split("\n").filter((line) => line.trim()).length;
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}
