// Follows a turn from its beginning or from wherever it is, until the stored conversation says that it is over.

import { announce } from "../dom.js";
import { Turn } from "./turn.js";

export class TurnFollower {
  /** `stopper` stops a turn for which that was asked too early; `next()` is told when the conversation may go on by itself. */
  constructor({ state, calls, transcript, box, stopper, next }) {
    Object.assign(this, { state, calls, transcript, box, stopper, next });
  }

  /** Somebody else's turn, or ours before a reload. */
  async observe() {
    if (!this.state.isIdle) return;
    this.state.begin("observing");
    await this.follow(null);
  }

  /** `response` is the turn's stream, when there is one. */
  async follow(response) {
    const { state } = this;
    state.turn = new Turn({
      join: (options) => this.calls.join(state.runID, options),
      read: () => state.readAgain(),
      isOver: () => !state.isRunning,
      grew: (message, index) => {
        // Stop is offered from the first part of the answer on.
        if (["sending", "observing", "following"].includes(state.phase)) state.begin("streaming");
        this.transcript.renderLast(message, index);
        if (state.stopsSoon) this.stopper.stop();
      },
      // The server keeps the newest words of a turn, not all of a long one, and an answer is drawn from its beginning.
      unheard: () => state.phase === "observing" && state.begin("following"),
      lost: (isLost) => state.setLost(isLost),
    });
    if (state.stopsSoon) this.stopper.stop();
    try {
      await state.turn.follow(response);
    } catch (error) {
      state.leave();
      this.box.refuse(error.message);
      return;
    }
    state.turn = null;
    state.end();
    announce("second:turn-ended", { status: state.runStatus });
    this.next();
  }
}
