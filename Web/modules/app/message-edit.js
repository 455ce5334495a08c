// Another text for a message that was sent: a box in its place. Enter sends, Escape leaves.

import { element, find } from "../dom.js";

export class MessageEditor {
  /**
   * `dropped` is how many later messages would go; `problem` why an earlier try was not taken. `send(text)` answers why it
   * cannot be sent now, or `null`, which closes the box; `closed()` is told when it was left.
   */
  constructor(node, { text, dropped, problem, send, closed }) {
    this.node = node;
    this.send = send;
    this.closed = closed;
    this.parts = find(".msg-parts", node);
    this.field = element("textarea", { class: "textarea reading", rows: "3", maxlength: "100000", dir: "auto", "aria-label": "Message" });
    this.field.value = text;
    this.problem = element("p", { class: "field-error", role: "alert", hidden: true });
    this.form = element("form", { class: "msg-edit" }, this.field,
      dropped > 0 && element("p", { class: "small quiet" },
        dropped === 1 ? "The message after this one will be dropped." : `The ${dropped} messages after this one will be dropped.`),
      this.problem,
      element("div", { class: "cluster" }, element("button", { class: "button primary bar", type: "submit" }, "Send again"),
        element("button", { class: "button bar", type: "button", onclick: () => this.leave() }, "Cancel")));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.parts.hidden = true;
    node.classList.add("editing");
    this.parts.before(this.form);
    this.showProblem(problem);
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
  }

  get text() {
    return this.field.value.trim();
  }

  showProblem(text) {
    this.problem.textContent = text ?? "";
    this.problem.hidden = !text;
  }

  key(event) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") {
      event.preventDefault();
      this.leave();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.submit();
    }
  }

  submit() {
    if (!this.text) return this.field.focus();
    // While it is being sent the box is gone; whoever sends puts it back when that fails.
    const problem = this.send(this.text);
    this.showProblem(problem);
  }

  leave() {
    this.close();
    this.closed();
  }

  close() {
    this.form.remove();
    this.parts.hidden = false;
    this.node.classList.remove("editing");
  }
}
