// What a key does in the composer: pure. Enter sends and Shift+Enter breaks the line, or the other way round when the
// person prefers; Ctrl or Cmd+Enter always sends; while an input method composes, nothing does anything.

/** `send`, `break`, `stop`, `edit-last` or `null`, which leaves the key alone. */
export function actionFor(event, { enterBreaks = false, isEmpty = false, isBusy = false } = {}) {
  if (event.isComposing || event.keyCode === 229) return null;
  if (event.key === "Enter") {
    if (event.ctrlKey || event.metaKey) return "send";
    if (event.altKey) return null;
    return event.shiftKey || enterBreaks ? "break" : "send";
  }
  if (event.key === "Escape" && isBusy) return "stop";
  if (event.key === "ArrowUp" && isEmpty && !event.shiftKey && !event.altKey) return "edit-last";
  return null;
}
