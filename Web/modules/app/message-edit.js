// Another text for a message that was sent: a box in its place. Enter sends, Escape leaves.

import { element, find } from "../dom.js";

/** Answers the new text, or `null`; `dropped` is how many later messages would go. */
export function editMessage(node, text, dropped) {
  const parts = find(".msg-parts", node);
  if (node.querySelector(".msg-edit")) return Promise.resolve(null);
  return new Promise((resolve) => {
    const field = element("textarea", { class: "textarea reading", rows: "3", maxlength: "100000", dir: "auto", "aria-label": "Message" });
    field.value = text;
    const end = (answer) => {
      form.remove();
      parts.hidden = false;
      node.classList.remove("editing");
      resolve(answer);
    };
    const form = element("form", { class: "msg-edit" }, field,
      dropped > 0 && element("p", { class: "small quiet" },
        dropped === 1 ? "The message after this one will be dropped." : `The ${dropped} messages after this one will be dropped.`),
      element("div", { class: "cluster" }, element("button", { class: "button primary bar", type: "submit" }, "Send again"),
        element("button", { class: "button bar", type: "button", onclick: () => end(null) }, "Cancel")));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const answer = field.value.trim();
      if (answer) end(answer);
    });
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || event.keyCode === 229) return;
      if (event.key === "Escape") {
        event.preventDefault();
        end(null);
      } else if (event.key === "Enter" && !event.shiftKey) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    parts.hidden = true;
    node.classList.add("editing");
    parts.before(form);
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  });
}
