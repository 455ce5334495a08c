// The last lines that the app in the preview wrote to its console.

import { element, find, on } from "../dom.js";

const limit = 200;
const levels = ["debug", "log", "info", "warn", "error"];
const rank = { debug: 0, log: 1, info: 1, warn: 2, error: 3 };

export class Console {
  constructor(root, button) {
    this.root = root;
    this.button = button;
    this.lines = [];
    this.least = 0;
    this.count = find(".console-count", button);
    this.list = element("ol", { class: "console-lines", role: "list", tabindex: "0", "aria-label": "Console lines" });
    this.empty = element("p", { class: "quiet small console-empty" }, "The app has written nothing.");
    root.append(
      element("div", { class: "console-bar" }, element("h2", { class: "meta" }, "Console"),
        element("div", { class: "segmented", role: "group", "aria-label": "Least level" },
          [["All", 0], ["Warnings", 2], ["Errors", 3]].map(([label, value]) =>
            element("button", { type: "button", "data-least": value, "aria-pressed": String(value === 0) }, label))),
        element("button", { class: "button quiet bar", type: "button", onclick: () => this.clear() }, "Clear")),
      this.empty, this.list);
    button.addEventListener("click", () => this.toggle());
    on(root, "click", "[data-least]", (event, choice) => {
      this.least = Number(choice.dataset.least);
      for (const other of choice.parentElement.children) other.setAttribute("aria-pressed", String(other === choice));
      this.draw();
    });
  }

  toggle() {
    this.root.hidden = !this.root.hidden;
    this.button.setAttribute("aria-pressed", String(!this.root.hidden));
    if (!this.root.hidden) this.draw();
  }

  add(level, text) {
    const line = { level: levels.includes(level) ? level : "log", text: String(text ?? "").slice(0, 2000), at: new Date() };
    this.lines.push(line);
    if (this.lines.length > limit) this.lines.shift();
    this.showCount();
    // A chatty app costs at most one redraw a frame.
    if (!this.root.hidden) this.frame ??= requestAnimationFrame(() => ((this.frame = null), this.draw()));
  }

  clear() {
    this.lines = [];
    this.showCount();
    if (!this.root.hidden) this.draw();
  }

  /** The newest lines as text. */
  tail(count) {
    return this.lines.slice(-count).map(({ level, text }) => `${level}: ${text.slice(0, 400)}`).join("\n");
  }

  showCount() {
    const errors = this.lines.filter(({ level }) => level === "error").length;
    this.count.hidden = this.lines.length === 0;
    this.count.textContent = String(errors || this.lines.length);
    this.count.classList.toggle("bad", errors > 0);
    this.button.setAttribute("aria-label", `Console, ${this.lines.length} lines${errors ? `, ${errors} errors` : ""}`);
  }

  draw() {
    const shown = this.lines.filter(({ level }) => rank[level] >= this.least);
    const isAtEnd = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40;
    this.empty.hidden = shown.length > 0;
    this.list.replaceChildren(...shown.map(({ level, text, at }) =>
      element("li", { class: `console-line ${level}` }, element("time", { class: "meta numbers" }, at.toLocaleTimeString([], { hour12: false })),
        element("span", { class: "console-level" }, level), element("span", { class: "console-text", dir: "auto" }, text))));
    if (isAtEnd) this.list.scrollTop = this.list.scrollHeight;
  }
}
