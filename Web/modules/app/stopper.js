// Stops the turn that runs; one that has not begun yet is stopped as soon as it can be.

export class Stopper {
  constructor({ state, calls, box }) {
    Object.assign(this, { state, calls, box });
  }

  async stop() {
    const { state, box } = this;
    const { phase, turn } = state;
    if (phase === "idle" || phase === "stopping") return;
    box.refuse(null);
    // The server has not taken the turn yet: there is nothing that it could stop.
    state.stopsSoon = !turn;
    if (!turn) return;
    state.begin("stopping");
    let answer;
    let problem = null;
    try {
      answer = await this.calls.stop(state.runID);
      if (answer?.stopped === false && answer.status === "streaming") problem = "The builder could not be stopped. Try again.";
    } catch (error) {
      problem = error.message;
    }
    const isFollowed = state.turn === turn && state.phase === "stopping";
    if (problem) {
      // A notice would lie over the very button.
      box.refuse(problem);
      state.isUrgent = false;
    }
    if (!isFollowed || (!problem && answer?.stopped !== false)) return;
    const hasBegun = turn.message?.parts.length > 0;
    state.begin(hasBegun ? "streaming" : phase);
    // Asked before the turn began, it is stopped as soon as it shows itself.
    state.stopsSoon = !problem && phase !== "streaming";
    if (state.stopsSoon && hasBegun) this.stop();
  }
}
