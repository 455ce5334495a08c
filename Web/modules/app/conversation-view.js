// Draws the conversation as it stands, and tells what it is doing: to the rest of the page, and to whoever listens to it.

import { announce, find } from "../dom.js";
import { keepingFocus } from "../keep-focus.js";
import { StatusLine } from "./status-line.js";

export class ConversationView {
  /** `root` holds the `transcript` and the `box`; `edits` know whether a message is being changed, `retry()` repeats a turn. */
  constructor(root, { appID, state, queue, transcript, box, edits, retry }) {
    Object.assign(this, { root, appID, state, queue, transcript, box, edits, retry });
    this.status = new StatusLine(transcript.status);
    /** What was told last: idle, working or waiting. */
    this.told = undefined;
  }

  /** Draws everything that is different. */
  render() {
    const { box, transcript } = this;
    keepingFocus(this.root, () => this.#draw(), () => box.focus() || transcript.focusCard() || transcript.root.focus());
    this.edits.rescue();
  }

  #draw() {
    const { state } = this;
    const waiting = state.isIdle ? state.card : null;
    this.transcript.render(state.all);
    this.box.show({ phase: state.phase, waiting: waiting && (waiting.toolName.endsWith("plan") ? "the plan" : "the suggestions") });
    this.box.showQueue(this.queue.all);
    this.drawStatus();
    this.#tell(waiting ? "waiting" : state.isIdle ? "idle" : "working");
  }

  /** Draws the line below the messages: the turn that runs, or what the last one left behind. */
  drawStatus() {
    const { state } = this;
    if (!state.isIdle) {
      const seconds = Math.floor((performance.now() - state.startedAt) / 1000);
      return this.status.show({ work: { phase: state.phase, isLost: state.isLost, seconds } });
    }
    const failure = state.runStatus === "failed" ? state.failure : null;
    const retry = failure?.retryable && state.canAct ? () => this.retry() : null;
    this.status.show({ failure, retry, usage: state.usage, before: state.usageBefore });
  }

  /** Tells each change once. */
  #tell(word) {
    if (word === this.told) return;
    const isFirst = this.told === undefined;
    this.told = word;
    announce("second:run-state", { state: word, appId: this.appID });
    // What stands there when the page opens is read as part of the page.
    if (isFirst) return;
    const sentences = { waiting: "The builder needs your decision.", working: "The builder is working.",
      idle: this.state.runStatus === "failed" ? "The last turn did not complete." : "The builder is done." };
    // Outside the conversation, which may be hidden: then nothing in it would be read out.
    find("[data-part=announcer]").textContent = sentences[word];
    if (word === "waiting" && !this.edits.isOpen) this.transcript.toEnd();
  }
}
