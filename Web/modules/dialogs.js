// Native dialogs: closed by Escape, by their buttons and by a click beside them, but not without asking once something was
// typed; a form inside keeps the dialog open until its work is done, and shows what went wrong.

import { element, find, on } from "./dom.js";

const bound = new WeakSet();
const isAsking = new WeakSet();

export function bindDialog(dialog) {
  if (bound.has(dialog)) return dialog;
  bound.add(dialog);
  on(dialog, "click", '[data-act="close"]', () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) leave(dialog);
  });
  dialog.addEventListener("keydown", (event) => {
    // Menus inside have had their turn; an input method ends its own composition with this key.
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || !isDirty(dialog)) return;
    event.preventDefault();
    event.stopPropagation();
    leave(dialog);
  });
  // The way back of a phone comes without a key.
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog || !event.cancelable || !isDirty(dialog)) return;
    event.preventDefault();
    leave(dialog);
  });
  return dialog;
}

/** Whether somebody wrote or chose something in the dialog's form that is not saved; searching is neither. */
const isDirty = (dialog) =>
  [...dialog.querySelectorAll("form input:not([type=search]), form textarea")].some((field) =>
    (["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue));

async function leave(dialog) {
  if (isDirty(dialog)) {
    if (isAsking.has(dialog)) return;
    isAsking.add(dialog);
    const focused = document.activeElement;
    const agreed = await confirm({
      title: "Discard what you entered?", text: "It has not been saved.", verb: "Discard", keep: "Keep editing",
    });
    isAsking.delete(dialog);
    if (!agreed) {
      focused?.focus();
      return;
    }
    find("form", dialog)?.reset();
  }
  dialog.close();
}

/** Opens a dialog; focus returns to where it was by itself. */
export function openDialog(dialog) {
  bindDialog(dialog);
  showProblem(dialog, null);
  if (!dialog.open) dialog.showModal();
  return dialog;
}

/**
 * Runs `work(FormData)` when the dialog's form is sent. Busy meanwhile; closes when it succeeds, stays with a sentence
 * when it does not.
 */
export function onSubmit(dialog, work) {
  const form = find("form", dialog);
  form.onsubmit = async (event) => {
    event.preventDefault();
    const button = event.submitter ?? find("[type=submit]", form);
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    showProblem(dialog, null);
    try {
      await work(new FormData(form));
      dialog.close();
    } catch (error) {
      showProblem(dialog, error.message);
      find("input, textarea", form)?.focus();
    } finally {
      button.removeAttribute("aria-busy");
    }
  };
}

function showProblem(dialog, text) {
  const place = find(".field-error", dialog);
  if (!place) return;
  place.hidden = !text;
  place.textContent = text ?? "";
  const field = find("input, textarea", dialog);
  if (text) field?.setAttribute("aria-invalid", "true");
  else field?.removeAttribute("aria-invalid");
}

let count = 0;

/**
 * Asks before something that cannot be taken back. The safe button has focus; the other one repeats the verb.
 * Answers whether the person agreed.
 */
export function confirm({ title, text, verb, keep = "Cancel", kind = "danger" }) {
  const id = `confirm-${(count += 1)}`;
  return new Promise((resolve) => {
    const dialog = element(
      "dialog",
      { class: "dialog", "aria-labelledby": `${id}-title`, "aria-describedby": `${id}-text` },
      element(
        "form",
        { class: "dialog-body", method: "dialog" },
        element("h2", { id: `${id}-title` }, title),
        element("p", { id: `${id}-text` }, text),
        element(
          "div",
          { class: "dialog-foot" },
          element("button", { class: "button", value: "keep", autofocus: true }, keep),
          element("button", { class: `button ${kind}`, value: "do" }, verb),
        ),
      ),
    );
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "do");
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
