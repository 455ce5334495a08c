// How often the builder was asked to fix the same thing: after two tries in a row something else is offered (spec 06 §6.7).

import { element } from "../dom.js";
import { textOf } from "./outgoing.js";

export const fixLimit = 2;
const openings = ["The preview shows an error.", "The build failed:"];

const isFix = (message) => openings.some((opening) => textOf(message).startsWith(opening));

/** `{ tries, cause }`: the fixes asked for since the person last wrote something else, and that message. */
export function fixesInRow(messages) {
  const own = messages.filter((message) => message.role === "user");
  const at = own.findLastIndex((message) => !isFix(message));
  return { tries: own.length - 1 - at, cause: own[at] ?? null };
}

/** Answers `again`, `back`, or an empty text when nothing shall happen; `restores` when going back needs no choice. */
export function askAfterFixes(tries, restores) {
  const button = (value, kind, text) => element("button", { class: `button ${kind}`, value, autofocus: value === "" }, text);
  const dialog = element("dialog", { class: "dialog", "aria-labelledby": "fix-title", "aria-describedby": "fix-text" },
    element("form", { class: "dialog-body", method: "dialog" },
      element("h2", { id: "fix-title" }, "The builder has not fixed it"),
      element("p", { id: "fix-text" }, `It was asked ${tries} times in a row. Another try costs as much and may help as little. `,
        restores ? "You can restore the app to before the message that led here; the conversation and all versions stay."
          : "You can go back to an earlier version of the app; nothing is lost by that."),
      element("div", { class: "dialog-foot" }, button("", "", "Cancel"), button("again", "", "Try again"),
        button("back", "primary", restores ? "Restore" : "Show versions"))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue);
      dialog.remove();
    });
  });
}
