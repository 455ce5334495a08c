// The chat of an app: the stored conversation is the truth, the stream shows what happens now (spec 02 §20, 06 §6.3–§6.4).
// Here its parts are put together, and what the rest of the page tells reaches them.

import { subscribe } from "../bus.js";
import { announce, find } from "../dom.js";
import { toast } from "../toasts.js";
import { ChatCalls } from "./calls.js";
import { CardDrafts } from "./card-drafts.js";
import { Chatbox } from "./chatbox.js";
import { ConversationState } from "./conversation-state.js";
import { ConversationView } from "./conversation-view.js";
import { Edits } from "./edits.js";
import { GiveBack } from "./give-back.js";
import { linkedID } from "./message-link.js";
import { beginAnew } from "./new-conversation.js";
import { Outbox } from "./outbox.js";
import { MessageQueue } from "./queue.js";
import { Repairs } from "./repairs.js";
import { Sender } from "./sender.js";
import { Stopper } from "./stopper.js";
import { decisionOn } from "./tools.js";
import { Transcript } from "./transcript.js";
import { TurnFollower } from "./turn-follower.js";

export function mount(root) {
  const bootstrap = JSON.parse(find("#bootstrap").textContent);
  return new Conversation(root, bootstrap).start();
}

class Conversation {
  /** Parts know those that were made before them; what they tell those after them goes through functions. */
  constructor(root, bootstrap) {
    this.root = root;
    this.boot = bootstrap;
    const base = `/api/workspaces/${bootstrap.workspaceId}/apps/${bootstrap.appId}`;
    const calls = new ChatCalls(base);
    const next = () => this.outbox.next();
    const state = this.state = new ConversationState(bootstrap, calls, {
      all: () => this.view.render(),
      progress: () => this.view.drawStatus(),
      run: (id) => (this.queue.runID = id),
    });
    const queue = this.queue = new MessageQueue(bootstrap.appId, (messages) => this.box.showQueue(messages));
    queue.runID = state.runID;
    const cardDrafts = new CardDrafts();
    const transcript = this.transcript = new Transcript(find("[data-part=transcript]", root), this.#context(cardDrafts));
    const box = this.box = new Chatbox(find("[data-part=composer]", root), {
      base,
      send: (message) => this.outbox.submit(message),
      stop: () => this.stopper.stop(),
      editLast: () => this.edits.editLast(),
      queue: {
        sendNow: (id) => this.outbox.sendNow(id),
        edit: (id) => this.outbox.rewrite(id),
        remove: (id) => queue.take(id),
      },
    });
    const edits = this.edits = new Edits({ state, transcript, box, post: (...message) => this.sender.post(...message) });
    this.view = new ConversationView(root, { appID: bootstrap.appId, state, queue, transcript, box, edits,
      retry: () => this.sender.retry() });
    const giveBack = new GiveBack({ state, queue, transcript, box, edits, cardDrafts, render: () => this.view.render() });
    const stopper = this.stopper = new Stopper({ state, calls, box });
    const follower = this.follower = new TurnFollower({ state, calls, transcript, box, stopper, next });
    const sender = this.sender = new Sender({ state, calls, transcript, box, giveBack, follower, next });
    const outbox = this.outbox = new Outbox({ author: bootstrap, state, queue, box, giveBack, sender, follower, stopper });
    this.repairs = new Repairs({ state, calls, outbox });
  }

  /** What messages and cards may know and do. */
  #context(cardDrafts) {
    const { boot, state } = this;
    return {
      personID: boot.personId,
      canCollaborate: boot.canCollaborate,
      canAct: () => state.canAct,
      retry: () => this.sender.retry(),
      decision: (id) => decisionOn(state.all, id),
      isPending: (id) => state.isPending(id),
      canDecide: () => state.isIdle && boot.canCollaborate,
      decide: ({ text, toolCallId, verdict }) => this.outbox.submit({ text, attachments: [], decision: { toolCallId, verdict } }),
      cardDraft: (id) => cardDrafts.of(id),
      edit: (message) => this.edits.edit(message),
      restoreBefore: (message) => this.repairs.restoreBefore(message),
      openFile: (path) => announce("second:open-file", { path }),
      fix: (text) => this.repairs.fix(text),
    };
  }

  start() {
    const { state, queue, box } = this;
    this.view.render();
    this.transcript.toEnd();
    this.#openLink();
    addEventListener("hashchange", () => this.#openLink());
    document.addEventListener("second:fix", (event) => this.repairs.fix(event.detail.text));
    document.addEventListener("second:new-conversation", () => beginAnew({ state, queue, box }));
    // Hints, the event stream's return, and the reader's: all of them once, a moment later.
    subscribe(["agent-runs"], (events) => this.#news(events));
    addEventListener("focus", () => state.turn?.look());
    addEventListener("online", () => state.turn?.look({ isNew: true }));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && state.turn?.look());
    if (!state.runID || !this.boot.canCollaborate) return;
    if (state.isRunning) this.follower.observe();
    else if (state.runStatus === "pending") this.#autoStart();
    else this.outbox.next();
  }

  /** Goes to the message that the address names. */
  #openLink() {
    const id = linkedID(location.hash);
    if (!id) return;
    // The layout shows the conversation for a link, perhaps later than this.
    if (!this.root.checkVisibility()) return void document.addEventListener("second:layout", () => this.#openLink(), { once: true });
    if (!this.transcript.reveal(id)) toast("The message of this link is no longer in the conversation.", { kind: "info" });
  }

  /** A new run whose first message nobody has sent yet sends it by itself, once. */
  #autoStart() {
    const { run, prompt } = this.boot;
    // The server tells the app's prompt only to the app's first run.
    const text = run.autoStartPrompt ?? (this.state.messages.length === 0 ? prompt : null);
    // Another tab may send it at the same moment: then there is nothing to give back.
    if (text) this.outbox.submit({ text, attachments: run.pendingAttachments ?? [], isAutomatic: true });
  }

  /** Something happened in this app, or everything may have changed (no events). */
  async #news(events) {
    const { boot, state } = this;
    const isMine = ({ appId, runId }) => appId === boot.appId && runId === state.runID;
    if ((events.length && !events.some(isMine)) || !state.isIdle || !state.runID || !boot.canCollaborate) return;
    // The bus asks whether this browser may still listen.
    const isRead = await state.readAgain();
    if (isRead && state.isRunning) this.follower.observe();
  }
}
