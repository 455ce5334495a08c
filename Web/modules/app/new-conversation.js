// An empty conversation about the same app, once the person wants it.

import { confirm } from "../dialogs.js";
import { announce } from "../dom.js";
import { toast } from "../toasts.js";

/** Asks, and empties the `state`; what waits in the `queue` goes into the `box`. */
export async function beginAnew({ state, queue, box }) {
  announce("second:show-chat");
  const mayBegin = () => state.isIdle || void toast("Wait until the builder is done, or stop it first.", { kind: "info" });
  if (!mayBegin()) return;
  if (!state.messages.length) return box.focus();
  const isWanted = await confirm({ title: "Start a new conversation?", verb: "Start", kind: "primary",
    text: "The builder begins without what was said here. The app and its versions stay as they are."
      + (queue.all.length ? " What waits to be sent is put into the box." : "") });
  if (!isWanted || !mayBegin()) return;
  // What waits was written for the conversation that ends here; whether it is said in the next one is for the person.
  const waiting = await queue.takeAll();
  for (const message of waiting.reverse()) box.putBack(message);
  if (!mayBegin()) return;
  state.clear();
  box.focus();
}
