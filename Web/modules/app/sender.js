// Sends the conversation with its newest message to the server, which takes it and answers with a turn, or refuses it.

import { ApiError } from "../http.js";
import { toast } from "../toasts.js";
import { Accumulator } from "./accumulate.js";
import { readStream } from "./stream.js";

export class Sender {
  /** `next()` is told when the conversation may go on by itself. */
  constructor({ state, calls, transcript, box, giveBack, follower, next }) {
    Object.assign(this, { state, calls, transcript, box, giveBack, follower, next });
  }

  /** Repeats the last turn with the same message. */
  retry() {
    const { state } = this;
    const index = state.messages.findLastIndex((message) => message.role === "user");
    if (index < 0 || !state.isIdle) return;
    this.post(state.messages.slice(0, index + 1), null, state.messages[index].id);
  }

  /**
   * Sends the conversation as it shall be and follows the turn. `draft` is what was typed, `null` when nothing was: what is
   * not taken is given back. `retryID` names the message from which on the conversation is another one.
   */
  async post(messages, draft, retryID) {
    const { state } = this;
    const before = state.messages;
    state.expect(messages);
    this.box.refuse(null);
    state.begin("sending");
    this.transcript.toEnd();
    let response;
    try {
      if (!state.runID) await state.makeRun();
      response = await this.calls.send(state.runID, { messages, retryID, runtime: this.box.runtime(), attachments: draft?.attachments });
    } catch (error) {
      return await this.#failed(error, before, draft, messages.at(-1));
    } finally {
      draft?.answered?.();
    }
    const rejected = response.headers.get("x-second-chat-claim-result");
    if (rejected) return this.#rejected(response, before, draft, messages.at(-1));
    if (response.headers.get("x-second-draft-created")) {
      toast("A draft was made from the published version. The published one stays as it is.", { kind: "info" });
    }
    if (response.headers.get("x-second-review-invalidated")) {
      toast("The open review was withdrawn, because the draft changes.", { kind: "info" });
    }
    await this.follower.follow(response);
  }

  /** The server refused it, or no answer came. A turn that runs by then is followed, but not waited for. */
  async #failed(error, before, draft, sent) {
    const { state } = this;
    state.withdraw(before);
    // Perhaps no answer came, but the message did arrive: only the stored conversation knows.
    const wasRead = state.runID && (await state.read());
    const isThere = wasRead && state.holds(sent) && (draft || state.isRunning);
    state.end();
    if (isThere && !(error instanceof ApiError)) return void this.follower.observe();
    const reason = error instanceof ApiError ? error.message : "The server did not answer. What you wrote is still here.";
    this.giveBack.give(draft, reason);
    if (state.isRunning) this.follower.observe();
  }

  /** The server answered, but began no turn for it. */
  async #rejected(response, before, draft, sent) {
    const { state } = this;
    const answer = new Accumulator();
    await readStream(response, (chunk) => answer.add(chunk));
    state.withdraw(before);
    await state.read();
    state.end();
    const hasArrived = state.holds(sent);
    if (answer.error && !hasArrived && !draft?.isAutomatic) this.giveBack.give(draft, answer.error);
    if (state.isRunning) this.follower.observe();
    else if (hasArrived && draft) this.next();
  }
}
