// Menus in popovers: placed beside their button, arrows and letters move, Escape and a choice close, focus goes back.

import { element, findAll } from "./dom.js";

const anchors = new WeakMap();
const bound = new WeakSet();

/** Binds a popover with `role="menu"`; buttons with `popovertarget` open it by themselves. */
export function bindMenu(menu) {
  if (bound.has(menu)) return;
  bound.add(menu);
  menu.addEventListener("toggle", (event) => {
    const anchor = anchors.get(menu) ?? document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
    const isOpen = event.newState === "open";
    anchor?.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) {
      if (anchor) place(menu, anchor);
      items(menu)[0]?.focus();
    }
  });
  menu.addEventListener("keydown", (event) => move(menu, event));
  menu.addEventListener("click", (event) => {
    if (event.target.closest("[role^=menuitem]") && !event.target.closest("[aria-disabled=true]")) menu.hidePopover();
  });
}

/** For `data-module="menus"` on a menu, or on the button that opens it. */
export function mount(node) {
  const menu = node.matches("[popovertarget]") ? document.getElementById(node.getAttribute("popovertarget")) : node;
  if (menu) bindMenu(menu);
}

/** Opens a menu at a button that is not tied to it in the markup. */
export function openMenu(menu, anchor) {
  bindMenu(menu);
  anchors.set(menu, anchor);
  if (menu.matches(":popover-open")) menu.hidePopover();
  menu.showPopover({ source: anchor });
}

/** The button at which the menu was opened last. */
export const anchorOf = (menu) => anchors.get(menu);

/** Puts a fixed box below its anchor, or above where there is more room, inside the window. */
export function place(box, anchor, gap = 4) {
  const at = anchor.getBoundingClientRect();
  const width = box.offsetWidth;
  const height = box.offsetHeight;
  const isEndAligned = at.left + width > innerWidth - 8;
  const left = isEndAligned ? at.right - width : at.left;
  const isAbove = at.bottom + gap + height > innerHeight - 8 && at.top > innerHeight - at.bottom;
  const top = isAbove ? at.top - gap - height : at.bottom + gap;
  box.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  box.style.top = `${Math.max(8, Math.min(top, innerHeight - height - 8))}px`;
}

const items = (menu) => findAll("[role^=menuitem]:not(:disabled)", menu).filter((item) => item.offsetParent !== null);

function move(menu, event) {
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const next = {
    ArrowDown: all[(at + 1) % all.length],
    ArrowUp: all[(at - 1 + all.length) % all.length],
    Home: all[0],
    End: all.at(-1),
  }[event.key] ?? byLetter(all, at, event);
  if (event.key === "Tab") menu.hidePopover();
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function byLetter(all, at, event) {
  if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey || event.key === " ") return null;
  const letter = event.key.toLowerCase();
  const order = [...all.slice(at + 1), ...all.slice(0, at + 1)];
  return order.find((item) => item.textContent.trim().toLowerCase().startsWith(letter)) ?? null;
}

/** A menu made by a module: `entries` are `{ label, icon, run, kind, checked, disabled }` or `"line"`. */
export function buildMenu(id, label, entries, iconOf) {
  const menu = element("div", { class: "menu", id, popover: true, role: "menu", "aria-label": label });
  for (const entry of entries) {
    if (entry === "line") {
      menu.append(element("hr", { class: "menu-line" }));
      continue;
    }
    menu.append(
      element(
        "button",
        {
          class: `menu-item ${entry.kind ?? ""}`,
          type: "button",
          role: entry.checked === undefined ? "menuitem" : "menuitemradio",
          "aria-checked": entry.checked === undefined ? null : String(entry.checked),
          "aria-disabled": entry.disabled ? "true" : null,
          title: entry.title,
          onclick: () => !entry.disabled && entry.run(),
        },
        entry.icon && iconOf?.(entry.icon),
        entry.label,
      ),
    );
  }
  bindMenu(menu);
  return menu;
}
