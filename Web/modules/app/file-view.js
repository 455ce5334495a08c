// What stands above and in the view of one file.

import { element, icon } from "../dom.js";
import { sizeText } from "../attachment-rules.js";
import { toast } from "../toasts.js";
import { highlightLines } from "./highlight.js";

const linesAtOnce = 3000;

/** Path, size and what can be done with the file; `close` closes its tab. */
export function headOf(file, address, close, ...more) {
  const button = (label, name, run) => element("button", { class: "button quiet icon-only bar", type: "button", "aria-label": label, title: label,
    onclick: run }, icon(name));
  return element("div", { class: "file-head" },
    element("bdi", { class: "file-path truncate", title: file.path }, file.path), element("span", { class: "meta" }, sizeText(file.size)), ...more,
    button("Copy path", "link", () => copy(file.path, "The path is in the clipboard.")),
    element("a", { class: "button quiet icon-only bar", href: address, download: file.path.split("/").at(-1), "aria-label": "Download", title: "Download" },
      icon("download")),
    button("Close file", "close", close));
}

/** The text with line numbers and colours; the rest of a long one on demand. */
export function codeView(text, path) {
  const lines = highlightLines(text.replace(/\n$/, ""), path);
  const body = element("tbody");
  const row = (runs, number) => element("tr", {},
    element("td", { class: "line-number", "data-line": number, "aria-hidden": "true" }),
    element("td", { class: "line-text" }, runs.map(({ kind, text: piece }) => {
      const shown = piece.length > 4000 ? `${piece.slice(0, 4000)} …` : piece;
      return kind ? element("span", { class: `code-${kind}` }, shown) : shown;
    })));
  const add = (from, to) => {
    for (let index = from; index < Math.min(to, lines.length); index++) body.append(row(lines[index], index + 1));
  };
  add(0, linesAtOnce);
  const box = element("div", { class: "code-view", tabindex: "0", role: "group", "aria-label": path }, element("table", {}, body));
  if (lines.length > linesAtOnce) {
    const more = element("button", { class: "button bar", type: "button", onclick: () => (add(linesAtOnce, lines.length), more.remove()) },
      `Show all ${lines.length} lines`);
    box.append(more);
  }
  return box;
}

/** Copies a text and says so. */
export async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    toast("The browser did not allow copying.", { kind: "bad" });
  }
}
