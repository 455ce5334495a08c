// Tells what is wrong beside each field before a form is sent; the server checks again.

import { find, findAll } from "../dom.js";

export function mount(form) {
  form.noValidate = true;
  for (const field of findAll("input", form)) {
    field.addEventListener("blur", () => field.value && show(field));
    field.addEventListener("input", () => field.getAttribute("aria-invalid") && show(field));
  }
  form.addEventListener("submit", (event) => {
    const bad = findAll("input", form).filter((field) => !show(field));
    if (bad.length) {
      event.preventDefault();
      bad[0].focus();
      return;
    }
    const button = find("[type=submit]", form);
    if (button.getAttribute("aria-busy") === "true") event.preventDefault();
    button.setAttribute("aria-busy", "true");
  });
  if (form.hasAttribute("data-problem")) findAll("input", form).filter((field) => !show(field))[0]?.focus();
  addEventListener("pageshow", () => find("[type=submit]", form).removeAttribute("aria-busy"));
}

/** Whether the field is fine; its message is shown or taken away. */
function show(field) {
  const text = field.value.trim();
  const isShort = text.length > 0 && text.length < Math.max(field.minLength, 0);
  const isFine = field.validity.valid && !isShort && !(field.required && !text);
  const message = find(`#${field.id}-error`, field.form);
  message.hidden = isFine;
  message.textContent = isFine ? "" : field.dataset.message;
  if (isFine) field.removeAttribute("aria-invalid");
  else field.setAttribute("aria-invalid", "true");
  return isFine;
}
