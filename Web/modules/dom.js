// Small tools for building and finding elements. Text always goes in as text, never as markup.

const icons = new URL("../icons.svg", import.meta.url).pathname;

/**
 * Makes an element: `element("button", { class: "button", "data-act": "close", onclick: … }, icon("close"), "Close")`.
 * Properties that start with `on` are listeners, `true` is an empty attribute, `false`, `null` and `undefined` none.
 */
export function element(name, properties = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : String(value));
  }
  // One by one: an engine takes only so many arguments at once, and what is shown may have more.
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

/** An icon of the sprite; with a label it is announced, without one it is decoration. */
export function icon(name, { label, size } = {}) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", size ? `icon icon-${size}` : "icon");
  if (label) {
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
  } else {
    svg.setAttribute("aria-hidden", "true");
  }
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${icons}#${name}`);
  svg.append(use);
  return svg;
}

export const find = (selector, root = document) => root.querySelector(selector);
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Calls `handler(event, target)` for events on elements below `root` that match. */
export function on(root, type, selector, handler) {
  root.addEventListener(type, (event) => {
    const target = event.target instanceof Element ? event.target.closest(selector) : null;
    if (target && root.contains(target)) handler(event, target);
  });
}

/** Tells the rest of the page; modules talk by such events only. */
export function announce(name, detail, from = document) {
  return from.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, cancelable: true }));
}

/** Runs `work` once, `delay` ms after the last call. */
export function debounce(work, delay) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...values), delay);
  };
}

/** Whether a key press belongs to a field that is being typed in. */
export function isTyping(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]") !== null;
}

/** A value kept in this browser; what cannot be read or kept is as if it were not there. */
export const kept = {
  get(key) {
    try {
      return localStorage.getItem(`second:${key}`);
    } catch {
      return null;
    }
  },
  /** The JSON kept under a key if it is what `isFine` says, else `fallback`: anybody may have written there. */
  read(key, isFine, fallback) {
    try {
      const value = JSON.parse(this.get(key));
      return value !== null && isFine(value) ? value : fallback;
    } catch {
      return fallback;
    }
  },
  set(key, value) {
    try {
      if (value === null || value === "") localStorage.removeItem(`second:${key}`);
      else localStorage.setItem(`second:${key}`, value);
    } catch {
      // Storage is full or forbidden: the page works without it.
    }
  },
};

/** Reads JSON from a `data-…` attribute, `fallback` when there is none or it is damaged. */
export function data(node, name, fallback) {
  try {
    return JSON.parse(node.dataset[name]);
  } catch {
    return fallback;
  }
}

/** Two letters and one of six colours for an app's tile, made from its id and name alone. */
export function tile(id, name, size = "") {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.codePointAt(0)) % 6;
  return element("span", { class: `tile ${size}`, "data-hue": sum, "aria-hidden": "true" }, initials(name));
}

export function initials(name) {
  const words = name.split(/\s+/).map((word) => word.match(/[\p{L}\p{N}]/u)?.[0] ?? "").filter(Boolean);
  return (words.slice(0, 2).join("") || "·").toUpperCase();
}
