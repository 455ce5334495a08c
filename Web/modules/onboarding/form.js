// Tells what is wrong beside each field before a form is sent, sends it, and keeps what was typed when it is refused. Without
// this module the form is sent by the browser.

import { element, find, findAll, icon } from "../dom.js";
import { api } from "../http.js";
import { fieldOf, isFine } from "./field-rules.js";

export function mount(form) {
  form.noValidate = true;
  for (const field of findAll("input", form)) {
    field.addEventListener("blur", () => field.value && check(field));
    field.addEventListener("input", () => field.getAttribute("aria-invalid") && check(field));
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
  addEventListener("pageshow", () => find("[type=submit]", form).removeAttribute("aria-busy"));
}

async function send(form) {
  const button = find("[type=submit]", form);
  if (button.getAttribute("aria-busy") === "true") return;
  const bad = findAll("input", form).filter((field) => !check(field));
  if (bad.length) {
    bad[0].focus();
    return;
  }
  button.setAttribute("aria-busy", "true");
  say(form, null);
  try {
    const { redirect } = await api("POST", form.getAttribute("action"), Object.fromEntries(new FormData(form)));
    location.assign(redirect);
  } catch (error) {
    button.removeAttribute("aria-busy");
    const field = form.elements.namedItem(fieldOf(error.code) ?? "");
    if (field) {
      mark(field, false);
      field.focus();
    } else {
      say(form, error.message);
      button.focus();
    }
  }
}

/** Whether the field is fine; its message is shown or taken away. */
function check(field) {
  const fine = isFine(field);
  mark(field, fine);
  return fine;
}

function mark(field, fine) {
  const message = find(`#${field.id}-error`, field.form);
  message.hidden = fine;
  message.textContent = fine ? "" : field.dataset.message;
  if (fine) field.removeAttribute("aria-invalid");
  else field.setAttribute("aria-invalid", "true");
}

/** What is wrong with the whole, above the form; what the server said of an earlier try is gone with it. */
function say(form, text) {
  const parent = form.parentElement;
  for (const old of findAll(":scope > .callout.bad[role=alert]", parent)) old.remove();
  if (text) form.before(element("p", { class: "callout bad", role: "alert" }, icon("error"), element("span", {}, text)));
}
