// What was typed and not taken returns to where it was typed, with the reason.

import { wayBack } from "./outgoing.js";

export class GiveBack {
  /** `render()` draws the conversation, with the reason on a card. */
  constructor({ state, queue, transcript, box, edits, cardDrafts, render }) {
    Object.assign(this, { state, queue, transcript, box, edits, cardDrafts, render });
  }

  /** `draft` is what was typed, `null` when a turn was only to be repeated; `problem` is why it was not taken. */
  give(draft, problem) {
    const { state, box } = this;
    draft?.answered?.();
    state.isUrgent = false;
    const isPending = draft?.decision && state.isPending(draft.decision.toolCallId);
    const { place, reason } = wayBack(draft, problem, state.messages, isPending);
    if (place === "card") {
      this.cardDrafts.of(draft.decision.toolCallId).problem = reason;
      this.render();
      this.transcript.focusCard();
    } else if (place === "editor") {
      const message = state.messages.find((other) => other.id === draft.editOf);
      this.edits.edit(message, draft.text, reason);
      // A turn or a card stands in the way.
      if (!this.edits.isOpen) box.refuse(reason, draft);
    } else {
      if (place === "queue") this.queue.putBack(draft);
      box.refuse(reason, place === "box" ? draft : null);
    }
  }
}
