// What is known of a conversation: what the server has stored of it, and the turn that runs beside that (spec 02 §20).

import { ApiError } from "../http.js";
import { textOf } from "./outgoing.js";
import { pendingApproval } from "./tools.js";

/** These answers do not become better by asking again. */
const final = new Set([401, 403, 404]);

export class ConversationState {
  #drawn;

  /**
   * `bootstrap` is what the page came with, `calls` are the conversation's. `drawn` hears what is to be shown anew: `all()`
   * when anything may be different, `progress()` when only the line about the turn is, `run(id)` when the run is another one.
   */
  constructor(bootstrap, calls, drawn) {
    this.calls = calls;
    this.#drawn = drawn;
    /** `null` until the first message of a new conversation is sent: an empty run would be taken for the app's newest one. */
    this.runID = bootstrap.run?.id ?? null;
    this.messages = bootstrap.run?.messages ?? [];
    this.runStatus = bootstrap.run?.status ?? "completed";
    this.failure = bootstrap.run?.failure ?? null;
    this.usage = bootstrap.run?.usage ?? null;
    /** What the usage was before the turn, when its beginning was seen. */
    this.usageBefore = null;
    /** Why the conversation cannot be read any more. */
    this.refusal = null;
    /** idle, sending, streaming, stopping, observing, and following: a turn whose words cannot be had */
    this.phase = "idle";
    /** Counts turns and conversations: what was asked in one says nothing about the next. */
    this.epoch = 0;
    /** The turn that is followed. */
    this.turn = null;
    /** The connection to the turn is lost. */
    this.isLost = false;
    /** The turn is to be stopped as soon as it can be. */
    this.stopsSoon = false;
    /** A person wants the next message sent that waits, also after a failure. */
    this.isUrgent = false;
    /** Settles when the run that is just being made is there, or could not be made. */
    this.making = null;
  }

  // --- What it says

  get isIdle() {
    return this.phase === "idle";
  }

  /** Whether a turn runs, as far as the stored conversation says. */
  get isRunning() {
    return this.runStatus === "streaming";
  }

  /** The stored messages and the answer that is coming in; what is stored of that answer is older. */
  get all() {
    const live = this.turn?.message;
    return live ? [...this.messages.filter((message) => message.id !== live.id), live] : this.messages;
  }

  /** The card that waits for a person once the turn is over, or `null`. */
  get card() {
    return pendingApproval(this.messages);
  }

  /** Whether this card waits, be it in the answer that is coming in. */
  isPending(toolCallID) {
    return pendingApproval(this.all)?.toolCallId === toolCallID;
  }

  /** Messages may be changed and turns repeated. */
  get canAct() {
    return this.isIdle && !this.card;
  }

  /** Whether the stored conversation has the sent message: a changed one has its id already, but another text. */
  holds(sent) {
    const stored = this.messages.find((message) => message.id === sent.id);
    return stored !== undefined && textOf(stored) === textOf(sent);
  }

  // --- What is stored

  /** Reads the stored conversation and shows it; answers whether that worked and still matters. */
  async read() {
    const { epoch } = this;
    let stored;
    try {
      stored = await this.calls.read(this.runID);
    } catch (error) {
      this.refusal = error instanceof ApiError && final.has(error.status) ? error : null;
      return false;
    }
    if (epoch !== this.epoch) return false;
    this.runStatus = stored.status;
    this.failure = stored.failure;
    this.usage = stored.usage;
    this.messages = stored.messages;
    // The answer in progress is never stored: one that is belongs to a turn that has ended, perhaps before the next began.
    const answer = this.turn?.message;
    if (stored.status !== "streaming" || stored.messages.some(({ id }) => id === answer?.id)) this.turn?.drop();
    this.#drawn.all();
    return true;
  }

  /** Reads it for somebody who asks again and again: what makes that useless is thrown. */
  async readAgain() {
    const isRead = await this.read();
    if (!isRead && this.refusal) throw this.refusal;
    return isRead;
  }

  /** Makes the run of a new conversation. */
  async makeRun() {
    const made = this.calls.makeRun();
    // Whoever waits for it asks only that it is over.
    this.making = made.catch(() => {});
    this.#setRun(await made);
  }

  /** Takes for stored what is being sent: the conversation with the new message at its end. */
  expect(messages) {
    this.messages = messages;
    this.failure = null;
    this.runStatus = "streaming";
  }

  /** What was expected did not come: the conversation is as it was `before`. */
  withdraw(before) {
    this.messages = before;
    this.runStatus = "completed";
  }

  /** An empty conversation, which has no run yet. */
  clear() {
    this.epoch += 1;
    this.#setRun(null);
    Object.assign(this, { messages: [], runStatus: "completed", failure: null, usage: null, usageBefore: null });
    this.#drawn.all();
  }

  #setRun(id) {
    this.runID = id;
    this.#drawn.run(id);
  }

  // --- The turn

  /** A turn begins, or goes on in another phase. */
  begin(phase) {
    if (this.isIdle) {
      this.epoch += 1;
      this.startedAt = performance.now();
      this.usageBefore = this.usage;
    }
    this.phase = phase;
    this.#drawn.all();
    clearInterval(this.ticker);
    this.ticker = setInterval(() => this.#drawn.progress(), 1000);
  }

  end() {
    this.epoch += 1;
    this.phase = "idle";
    this.stopsSoon = false;
    this.isLost = false;
    clearInterval(this.ticker);
    this.#drawn.all();
  }

  /** The conversation can no longer be read: what is shown of it stays. */
  leave() {
    this.messages = this.all;
    this.turn = null;
    this.runStatus = "completed";
    this.end();
  }

  setLost(isLost) {
    if (isLost === this.isLost) return;
    this.isLost = isLost;
    this.#drawn.progress();
  }
}
