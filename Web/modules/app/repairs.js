// What a person can do about an app that went wrong: have it fixed by the builder, or have back what was there before.

import { announce } from "../dom.js";
import { toast } from "../toasts.js";
import { askAfterFixes, fixLimit, fixesInRow } from "./fix-limit.js";

export class Repairs {
  constructor({ state, calls, outbox }) {
    Object.assign(this, { state, calls, outbox });
  }

  /** A message that a button wrote; while a card waits it has to wait as well. */
  async fix(text) {
    const { state, outbox } = this;
    const { tries, cause } = fixesInRow(state.messages);
    if (tries >= fixLimit) {
      const revision = cause && cause !== state.messages[0] && cause.metadata?.revisionId;
      const choice = await askAfterFixes(tries, Boolean(revision));
      if (choice === "back" && revision) this.restoreBefore(cause);
      else if (choice === "back") announce("second:stage", { name: "versions" });
      if (choice !== "again") return;
    }
    if (state.isIdle && state.card) {
      outbox.enqueue({ text });
      toast("It is sent after your decision about the card.", { kind: "info" });
    } else {
      outbox.submit({ text, attachments: [] });
    }
  }

  /** Makes the app what it was before a message. */
  async restoreBefore(message) {
    if (!this.state.isIdle) return toast("Wait until the builder is done, or stop it first.", { kind: "info" });
    try {
      await this.calls.restore(message.metadata.revisionId);
      toast("The app is as it was before this message. Nothing was lost: see Versions.");
      announce("second:built", {});
    } catch (error) {
      toast(error.message, { kind: "bad" });
    }
  }
}
