// The strip under the top bar: no connection, or none allowed any more.

import { element, find, findAll } from "./dom.js";

/** Shows what the bus says of its connection. */
export function bindConnection() {
  const strip = find('[data-testid="live-status"]');
  const lost = strip.textContent;
  let shown = "connected";
  document.addEventListener("second:connection", ({ detail }) => {
    // What stands there is not read out again, and its link keeps the focus.
    const state = detail.connected ? "connected" : detail.refused ? `refused ${detail.refused}` : "lost";
    if (state === shown) return;
    shown = state;
    strip.hidden = detail.connected;
    if (!detail.refused) {
      strip.textContent = lost;
      return;
    }
    const isSignedOut = detail.refused === 401;
    const next = isSignedOut ? "/" : location.href;
    strip.replaceChildren(
      isSignedOut ? "You are signed out. " : "You no longer have access to this workspace. ",
      element("a", { href: next }, isSignedOut ? "Sign in" : "Reload"),
    );
    if (mayLeave()) location.assign(next);
  });
}

/** Nothing typed would be lost, and this page was not brought here by the same a moment ago. */
function mayLeave() {
  const fields = findAll("input:not([type=checkbox], [type=radio], [type=search]), textarea");
  if (fields.some((field) => field.value !== field.defaultValue)) return false;
  try {
    const before = Number(sessionStorage.getItem("second:left"));
    if (Date.now() - before < 60_000) return false;
    sessionStorage.setItem("second:left", String(Date.now()));
    return true;
  } catch {
    // Without a memory it could go round and round; the link in the strip leads there as well.
    return false;
  }
}
