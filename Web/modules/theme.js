// Light, dark or like the system: a class on the root at once, the preference on the server, a cookie for the first paint
// of pages that know nobody.

import { findAll } from "./dom.js";
import { api } from "./http.js";
import { toast } from "./toasts.js";

const modes = ["system", "light", "dark"];

export const currentTheme = () =>
  modes.find((mode) => document.documentElement.classList.contains(`theme-${mode}`)) ?? "system";

function show(mode) {
  const root = document.documentElement.classList;
  for (const other of modes) root.toggle(`theme-${other}`, other === mode);
  for (const item of findAll("[data-theme-choice]")) {
    item.setAttribute("aria-checked", String(item.dataset.themeChoice === mode));
  }
  document.dispatchEvent(new CustomEvent("second:theme", { detail: { mode } }));
}

export async function setTheme(mode) {
  const before = currentTheme();
  show(mode);
  try {
    await api("PATCH", "/api/me/preferences", { themeMode: mode });
    document.cookie = `second_theme=${mode}; path=/; max-age=31536000; samesite=lax`;
  } catch {
    show(before);
    toast("The theme could not be saved.", { kind: "bad" });
  }
}

export function bindTheme() {
  show(currentTheme());
  for (const item of findAll("[data-theme-choice]")) {
    item.addEventListener("click", () => setTheme(item.dataset.themeChoice));
  }
}
