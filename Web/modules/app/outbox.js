// Decides when a message is sent: at once, after the turn that runs, after the card that waits, or sooner because a person
// wants it.

import { outgoing } from "./outgoing.js";

export class Outbox {
  /** `author` { personId, personName } writes the messages. */
  constructor({ author, state, queue, box, giveBack, sender, follower, stopper }) {
    Object.assign(this, { author, state, queue, box, giveBack, sender, follower, stopper });
  }

  /** Sends, or queues while a turn runs. */
  async submit(message) {
    const { state } = this;
    if (message.decision && (!state.isIdle || !state.isPending(message.decision.toolCallId))) {
      return this.giveBack.give(message, "This card has already been decided.");
    }
    if (!state.isIdle) return this.enqueue(message);
    if (state.card && !message.decision) return this.giveBack.give(message, "Answer the card first.");
    const sent = outgoing(message, this.author);
    // It was taken the first time, though no answer came back.
    if (state.holds(sent)) return message.answered?.();
    message.messageID = sent.id;
    await this.sender.post([...state.messages, sent], message);
  }

  /** Keeps a message until it can be sent. */
  async enqueue(message) {
    message.answered?.();
    // The run that this message waits for is perhaps just being made.
    await this.state.making;
    // It could not be made; why stands below the box already.
    if (!this.state.runID) return this.box.putBack(message);
    if (!(await this.queue.add(message))) this.box.refuse("This browser could not keep the message. Send it when the builder is done.", message);
  }

  /** Sends a waiting message before all others, and stops the turn for it. */
  async sendNow(id) {
    if (!(await this.queue.moveToFront(id))) return;
    this.state.isUrgent = true;
    if (this.state.isIdle) this.next();
    else await this.stopper.stop();
  }

  /** Takes a waiting message into the box, to be written anew. */
  async rewrite(id) {
    const message = await this.queue.take(id);
    if (!message) return;
    this.box.putBack({ ...message, messageID: message.id });
    this.box.focus();
  }

  /** The next waiting message, unless a card waits, or something failed and nobody wants it sent all the same. */
  async next() {
    const { state, queue } = this;
    const { isUrgent } = state;
    state.isUrgent = false;
    const mayGoOn = () => state.isIdle && queue.all.length > 0 && this.#mayFollow(isUrgent);
    if (!mayGoOn()) return;
    // Sent before and taken, though no answer came back.
    let hasArrived = false;
    await queue.sending(async () => {
      const isRead = await state.read();
      if (!isRead && isUrgent) this.box.refuse("The server did not answer. The message still waits.");
      // Another tab may have sent one since.
      if (!isRead || state.isRunning || !mayGoOn()) return;
      const { epoch } = state;
      const message = await queue.take();
      if (!message) return;
      if (epoch !== state.epoch) return void (await queue.putBack(message));
      const draft = { ...message, messageID: message.id };
      hasArrived = state.holds(outgoing(draft, this.author));
      if (!hasArrived) await new Promise((answered) => this.submit({ ...draft, answered }));
    });
    if (state.isRunning) this.follower.observe();
    else if (hasArrived) this.next();
  }

  /** Whether the conversation may go on by itself; says why not, when a person asked for it. */
  #mayFollow(isUrgent) {
    if (this.state.card) {
      if (isUrgent) this.box.refuse("Answer the card first.");
      return false;
    }
    return isUrgent || this.state.runStatus !== "failed";
  }
}
