// Where the focus goes when what had it is gone (spec 06 §12): never to the page as a whole.

export const isUsable = (node) => node.isConnected && !node.disabled && node.checkVisibility();

/** Runs `work`, which may take away what has the focus inside `root`; then `rest()` gives the focus a new place. */
export function keepingFocus(root, work, rest) {
  const held = root.contains(document.activeElement) ? document.activeElement : null;
  work();
  if (held && !isUsable(held) && !(root.contains(document.activeElement) && document.activeElement !== held)) rest(held);
}
