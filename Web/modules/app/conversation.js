// The chat of an app: the stored conversation is the truth, the stream shows what happens now (spec 02 §20, 06 §6.3–§6.4).

import { subscribe } from "../bus.js";
import { confirm } from "../dialogs.js";
import { announce, find } from "../dom.js";
import { ApiError } from "../http.js";
import { keepingFocus } from "../keep-focus.js";
import { toast } from "../toasts.js";
import { Accumulator } from "./accumulate.js";
import { ChatCalls } from "./calls.js";
import { Chatbox } from "./chatbox.js";
import { askAfterFixes, fixLimit, fixesInRow } from "./fix-limit.js";
import { MessageEditor } from "./message-edit.js";
import { linkedID } from "./message-link.js";
import { outgoing, textOf, wayBack } from "./outgoing.js";
import { MessageQueue } from "./queue.js";
import { StatusLine } from "./status-line.js";
import { readStream } from "./stream.js";
import { decisionOn, pendingApproval } from "./tools.js";
import { Transcript } from "./transcript.js";
import { Turn } from "./turn.js";

/** These answers do not become better by asking again. */
const final = new Set([401, 403, 404]);

export function mount(root) {
  const bootstrap = JSON.parse(find("#bootstrap").textContent);
  return new Conversation(root, bootstrap).start();
}

class Conversation {
  constructor(root, bootstrap) {
    this.root = root;
    this.boot = bootstrap;
    this.base = `/api/workspaces/${bootstrap.workspaceId}/apps/${bootstrap.appId}`;
    this.calls = new ChatCalls(this.base);
    /** `null` until the first message of a new conversation is sent: an empty run would be taken for the app's newest one. */
    this.runID = bootstrap.run?.id ?? null;
    this.messages = bootstrap.run?.messages ?? [];
    this.runStatus = bootstrap.run?.status ?? "completed";
    this.failure = bootstrap.run?.failure ?? null;
    this.usage = bootstrap.run?.usage ?? null;
    /** idle, sending, streaming, stopping, observing, and following: a turn whose words cannot be had */
    this.phase = "idle";
    /** Counts turns and conversations: what was asked in one says nothing about the next. */
    this.epoch = 0;
    /** The turn that is followed. */
    this.turn = null;
    this.cardDrafts = new Map();
    this.queue = new MessageQueue(bootstrap.appId, (messages) => this.box.showQueue(messages));
    this.queue.runID = this.runID;
    this.transcript = new Transcript(find("[data-part=transcript]", root), this.#context());
    this.status = new StatusLine(this.transcript.status);
    this.box = new Chatbox(find("[data-part=composer]", root), {
      base: this.base,
      send: (message) => this.submit(message),
      stop: () => this.stop(),
      editLast: () => {
        const last = this.messages.findLast((message) => message.role === "user");
        if (!last || last.metadata?.decision || !this.#canAct()) return false;
        this.edit(last);
        return true;
      },
      queue: {
        sendNow: (id) => this.#sendQueuedNow(id),
        edit: async (id) => {
          const message = await this.queue.take(id);
          if (!message) return;
          this.box.putBack({ ...message, messageID: message.id });
          this.box.focus();
        },
        remove: (id) => this.queue.take(id),
      },
    });
  }

  start() {
    this.#render();
    this.transcript.toEnd();
    this.#openLink();
    addEventListener("hashchange", () => this.#openLink());
    document.addEventListener("second:fix", (event) => this.#fix(event.detail.text));
    document.addEventListener("second:new-conversation", () => this.#beginAnew());
    // Hints, the event stream's return, and the reader's: all of them once, a moment later.
    subscribe(["agent-runs"], (events) => this.#news(events));
    addEventListener("focus", () => this.turn?.look());
    addEventListener("online", () => this.turn?.look({ isNew: true }));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.turn?.look());
    if (!this.runID || !this.boot.canCollaborate) return;
    if (this.runStatus === "streaming") this.#observe();
    else if (this.runStatus === "pending") this.#autoStart();
    else this.#next();
  }

  /** Goes to the message that the address names. */
  #openLink() {
    const id = linkedID(location.hash);
    if (!id) return;
    // The layout shows the conversation for a link, perhaps later than this.
    if (!this.root.checkVisibility()) return void document.addEventListener("second:layout", () => this.#openLink(), { once: true });
    if (!this.transcript.reveal(id)) toast("The message of this link is no longer in the conversation.", { kind: "info" });
  }

  /** Messages may be changed and turns repeated. */
  #canAct() {
    return this.phase === "idle" && !pendingApproval(this.messages);
  }

  #context() {
    return {
      personID: this.boot.personId,
      canCollaborate: this.boot.canCollaborate,
      canAct: () => this.#canAct(),
      retry: () => this.retry(),
      decision: (id) => decisionOn(this.#all(), id),
      isPending: (id) => this.#isPending(id),
      canDecide: () => this.phase === "idle" && this.boot.canCollaborate,
      decide: ({ text, toolCallId, verdict }) => this.submit({ text, attachments: [], decision: { toolCallId, verdict } }),
      cardDraft: (id) => this.#cardDraft(id),
      edit: (message) => this.edit(message),
      restoreBefore: (message) => this.restoreBefore(message),
      openFile: (path) => announce("second:open-file", { path }),
      fix: (text) => this.#fix(text),
    };
  }

  /** What the person has begun to change on a card. */
  #cardDraft(id) {
    if (!this.cardDrafts.has(id)) {
      this.cardDrafts.set(id, { removed: new Set(), changed: new Map(), request: "", isOpen: false, problem: null });
    }
    return this.cardDrafts.get(id);
  }

  #isPending(id) {
    return pendingApproval(this.#all())?.toolCallId === id;
  }

  /** The stored messages and the answer that is coming in; what is stored of that answer is older. */
  #all() {
    const live = this.turn?.message;
    return live ? [...this.messages.filter((message) => message.id !== live.id), live] : this.messages;
  }

  // --- Sending

  /** A new run whose first message nobody has sent yet sends it by itself, once. */
  #autoStart() {
    // The server tells the app's prompt only to the app's first run.
    const text = this.boot.run.autoStartPrompt ?? (this.messages.length === 0 ? this.boot.prompt : null);
    // Another tab may send it at the same moment: then there is nothing to give back.
    if (text) this.submit({ text, attachments: this.boot.run.pendingAttachments ?? [], isAutomatic: true });
  }

  /** A message that a button wrote; while a card waits it has to wait as well. */
  async #fix(text) {
    const { tries, cause } = fixesInRow(this.messages);
    if (tries >= fixLimit) {
      const revision = cause && cause !== this.messages[0] && cause.metadata?.revisionId;
      const choice = await askAfterFixes(tries, Boolean(revision));
      if (choice === "back" && revision) this.restoreBefore(cause);
      else if (choice === "back") announce("second:stage", { name: "versions" });
      if (choice !== "again") return;
    }
    if (this.phase === "idle" && pendingApproval(this.messages)) {
      this.#enqueue({ text });
      toast("It is sent after your decision about the card.", { kind: "info" });
    } else {
      this.submit({ text, attachments: [] });
    }
  }

  /** Sends, or queues while a turn runs. */
  async submit(message) {
    if (message.decision && (this.phase !== "idle" || !this.#isPending(message.decision.toolCallId))) {
      return this.#giveBack(message, "This card has already been decided.");
    }
    if (this.phase !== "idle") return this.#enqueue(message);
    if (pendingApproval(this.messages) && !message.decision) return this.#giveBack(message, "Answer the card first.");
    const sent = outgoing(message, this.boot);
    // It was taken the first time, though no answer came back.
    if (this.#holds(sent)) return message.answered?.();
    message.messageID = sent.id;
    await this.#post([...this.messages, sent], message);
  }

  async #enqueue(message) {
    message.answered?.();
    // The run that this message waits for is perhaps just being made.
    await this.making;
    // It could not be made; why stands below the box already.
    if (!this.runID) return this.box.putBack(message);
    if (!(await this.queue.add(message))) this.box.refuse("This browser could not keep the message. Send it when the builder is done.", message);
  }

  /** Repeats the last turn with the same message. */
  retry() {
    const index = this.messages.findLastIndex((message) => message.role === "user");
    if (index < 0 || this.phase !== "idle") return;
    this.#post(this.messages.slice(0, index + 1), null, this.messages[index].id);
  }

  /** Puts another text into an earlier message and goes on from there; `again` is a text that was not taken. */
  edit(message, again = null, problem = null) {
    const node = this.transcript.node(message);
    if (!node || !this.#canAct() || (this.editor && !again)) return this.editor?.field.focus();
    this.editor?.close();
    const index = this.messages.findIndex((other) => other.id === message.id);
    this.editor = new MessageEditor(node, {
      text: again ?? textOf(message), dropped: this.messages.length - index - 1, problem,
      send: (text) => this.#sendEdited(message.id, text),
      closed: () => {
        this.editor = null;
        find('[aria-label="Edit and send again"]', node)?.focus();
      },
    });
  }

  /** Answers why not, when it cannot be sent now. */
  #sendEdited(id, text) {
    if (this.phase !== "idle") return "The builder is working. Your text stays here; send it when the builder is done.";
    if (pendingApproval(this.messages)) return "A card waits for a decision. Your text stays here; send it after that.";
    const index = this.messages.findIndex((message) => message.id === id);
    this.editor.close();
    this.editor = null;
    const changed = { ...this.messages[index], parts: [{ type: "text", text }] };
    this.#post([...this.messages.slice(0, index), changed], { text, editOf: id }, id);
    this.box.focus();
    return null;
  }

  async #post(messages, draft, retryID) {
    const before = this.messages;
    this.messages = messages;
    this.failure = null;
    this.runStatus = "streaming";
    this.box.refuse(null);
    this.#begin("sending");
    this.transcript.toEnd();
    let response;
    try {
      if (!this.runID) await this.#makeRun();
      response = await this.calls.send(this.runID, { messages, retryID, runtime: this.box.runtime(), attachments: draft?.attachments });
    } catch (error) {
      this.messages = before;
      this.runStatus = "completed";
      // Perhaps no answer came, but the message did arrive: only the stored conversation knows.
      const wasRead = this.runID && (await this.#snapshot());
      const isThere = wasRead && this.#holds(messages.at(-1)) && (draft || this.runStatus === "streaming");
      this.#end();
      if (isThere && !(error instanceof ApiError)) return this.#observe();
      const reason = error instanceof ApiError ? error.message : "The server did not answer. What you wrote is still here.";
      this.#giveBack(draft, reason);
      if (this.runStatus === "streaming") this.#observe();
      return;
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
    await this.#follow(response);
  }

  async #makeRun() {
    const made = this.calls.makeRun();
    // Whoever waits for it asks only that it is over.
    this.making = made.catch(() => {});
    this.runID = this.queue.runID = await made;
  }

  /** Whether the stored conversation has the sent message: a changed one has its id already, but another text. */
  #holds(sent) {
    const stored = this.messages.find((message) => message.id === sent.id);
    return stored !== undefined && textOf(stored) === textOf(sent);
  }

  async #rejected(response, before, draft, sent) {
    const answer = new Accumulator();
    await readStream(response, (chunk) => answer.add(chunk));
    this.messages = before;
    this.runStatus = "completed";
    await this.#snapshot();
    this.#end();
    const hasArrived = this.#holds(sent);
    if (answer.error && !hasArrived && !draft?.isAutomatic) this.#giveBack(draft, answer.error);
    if (this.runStatus === "streaming") this.#observe();
    else if (hasArrived && draft) this.#next();
  }

  /** What was typed returns to where it was typed, with the reason. */
  #giveBack(draft, problem) {
    draft?.answered?.();
    this.urgent = false;
    const isPending = draft?.decision && this.#isPending(draft.decision.toolCallId);
    const { place, reason } = wayBack(draft, problem, this.messages, isPending);
    if (place === "card") {
      this.#cardDraft(draft.decision.toolCallId).problem = reason;
      this.#render();
      this.transcript.focusCard();
    } else if (place === "editor") {
      const message = this.messages.find((other) => other.id === draft.editOf);
      this.edit(message, draft.text, reason);
      // A turn or a card stands in the way.
      if (!this.editor) this.box.refuse(reason, draft);
    } else {
      if (place === "queue") this.queue.putBack(draft);
      this.box.refuse(reason, place === "box" ? draft : null);
    }
  }

  // --- Following a turn

  /** Somebody else's turn, or ours before a reload. */
  async #observe() {
    if (this.phase !== "idle") return;
    this.#begin("observing");
    await this.#follow(null);
  }

  /** Follows the turn until the stored conversation says that it is over; `response` is its stream, when there is one. */
  async #follow(response) {
    this.turn = new Turn({
      join: (options) => this.calls.join(this.runID, options),
      read: async () => {
        const isRead = await this.#snapshot();
        if (!isRead && this.refusal) throw this.refusal;
        return isRead;
      },
      isOver: () => this.runStatus !== "streaming",
      grew: (message, index) => {
        // Stop is offered from the first part of the answer on.
        if (["sending", "observing", "following"].includes(this.phase)) this.#begin("streaming");
        this.transcript.renderLast(message, index);
        if (this.stopsSoon) this.stop();
      },
      // The server keeps the newest words of a turn, not all of a long one, and an answer is drawn from its beginning.
      unheard: () => this.phase === "observing" && this.#begin("following"),
      lost: (isLost) => this.#setLost(isLost),
    });
    if (this.stopsSoon) this.stop();
    try {
      await this.turn.follow(response);
    } catch (error) {
      this.#leave(error);
      return;
    }
    this.turn = null;
    this.#end();
    announce("second:turn-ended", { status: this.runStatus });
    this.#next();
  }

  /** The conversation can no longer be read: what is shown of it stays. */
  #leave(error) {
    this.messages = this.#all();
    this.turn = null;
    this.runStatus = "completed";
    this.#end();
    this.box.refuse(error.message);
  }

  /** Reads the stored conversation and shows it; answers whether that worked and still matters. */
  async #snapshot() {
    const { epoch } = this;
    let state;
    try {
      state = await this.calls.read(this.runID);
    } catch (error) {
      this.refusal = error instanceof ApiError && final.has(error.status) ? error : null;
      return false;
    }
    if (epoch !== this.epoch) return false;
    this.runStatus = state.status;
    this.failure = state.failure;
    this.usage = state.usage;
    this.messages = state.messages;
    // The answer in progress is never stored: one that is belongs to a turn that has ended, perhaps before the next began.
    const answer = this.turn?.message;
    if (state.status !== "streaming" || state.messages.some(({ id }) => id === answer?.id)) this.turn?.drop();
    this.#render();
    return true;
  }

  /** Something happened in this app, or everything may have changed (no events). */
  async #news(events) {
    const isMine = ({ appId, runId }) => appId === this.boot.appId && runId === this.runID;
    if ((events.length && !events.some(isMine)) || this.phase !== "idle" || !this.runID || !this.boot.canCollaborate) return;
    const isRead = await this.#snapshot();
    // The bus asks whether this browser may still listen.
    if (!isRead && this.refusal) throw this.refusal;
    if (isRead && this.runStatus === "streaming") this.#observe();
  }

  // --- Stopping, restoring, beginning anew

  async stop() {
    const { phase, turn } = this;
    if (phase === "idle" || phase === "stopping") return;
    this.box.refuse(null);
    // The server has not taken the turn yet: there is nothing that it could stop.
    this.stopsSoon = !turn;
    if (!turn) return;
    this.#begin("stopping");
    let answer;
    let problem = null;
    try {
      answer = await this.calls.stop(this.runID);
      if (answer?.stopped === false && answer.status === "streaming") problem = "The builder could not be stopped. Try again.";
    } catch (error) {
      problem = error.message;
    }
    const isFollowed = this.turn === turn && this.phase === "stopping";
    if (problem) {
      // A notice would lie over the very button.
      this.box.refuse(problem);
      this.urgent = false;
    }
    if (!isFollowed || (!problem && answer?.stopped !== false)) return;
    const hasBegun = turn.message?.parts.length > 0;
    this.#begin(hasBegun ? "streaming" : phase);
    // Asked before the turn began, it is stopped as soon as it shows itself.
    this.stopsSoon = !problem && phase !== "streaming";
    if (this.stopsSoon && hasBegun) this.stop();
  }

  async restoreBefore(message) {
    if (this.phase !== "idle") return toast("Wait until the builder is done, or stop it first.", { kind: "info" });
    try {
      await this.calls.restore(message.metadata.revisionId);
      toast("The app is as it was before this message. Nothing was lost: see Versions.");
      announce("second:built", {});
    } catch (error) {
      toast(error.message, { kind: "bad" });
    }
  }

  /** An empty conversation about the same app. */
  async #beginAnew() {
    announce("second:show-chat");
    const mayBegin = () => this.phase === "idle" || void toast("Wait until the builder is done, or stop it first.", { kind: "info" });
    if (!mayBegin()) return;
    if (!this.messages.length) return this.box.focus();
    const isWanted = await confirm({ title: "Start a new conversation?", verb: "Start", kind: "primary",
      text: "The builder begins without what was said here. The app and its versions stay as they are."
        + (this.queue.all.length ? " What waits to be sent is put into the box." : "") });
    if (!isWanted || !mayBegin()) return;
    // What waits was written for the conversation that ends here; whether it is said in the next one is for the person.
    const waiting = await this.queue.takeAll();
    for (const message of waiting.reverse()) this.box.putBack(message);
    if (!mayBegin()) return;
    this.epoch += 1;
    this.runID = this.queue.runID = null;
    Object.assign(this, { messages: [], runStatus: "completed", failure: null, usage: null, usageBefore: null });
    this.#render();
    this.box.focus();
  }

  // --- The queue

  async #sendQueuedNow(id) {
    if (!(await this.queue.moveToFront(id))) return;
    this.urgent = true;
    if (this.phase === "idle") this.#next();
    else await this.stop();
  }

  /** The next queued message, unless a card waits, or something failed and nobody wants it sent all the same. */
  async #next() {
    const isUrgent = this.urgent;
    this.urgent = false;
    const mayGoOn = () => this.phase === "idle" && this.queue.all.length > 0 && this.#mayFollow(isUrgent);
    if (!mayGoOn()) return;
    // Sent before and taken, though no answer came back.
    let hasArrived = false;
    await this.queue.sending(async () => {
      const isRead = await this.#snapshot();
      if (!isRead && isUrgent) this.box.refuse("The server did not answer. The message still waits.");
      // Another tab may have sent one since.
      if (!isRead || this.runStatus === "streaming" || !mayGoOn()) return;
      const { epoch } = this;
      const message = await this.queue.take();
      if (!message) return;
      if (epoch !== this.epoch) return void (await this.queue.putBack(message));
      const draft = { ...message, messageID: message.id };
      hasArrived = this.#holds(outgoing(draft, this.boot));
      if (!hasArrived) await new Promise((answered) => this.submit({ ...draft, answered }));
    });
    if (this.runStatus === "streaming") this.#observe();
    else if (hasArrived) this.#next();
  }

  /** Whether the conversation may go on by itself; says why not, when a person asked for it. */
  #mayFollow(isUrgent) {
    if (pendingApproval(this.messages)) {
      if (isUrgent) this.box.refuse("Answer the card first.");
      return false;
    }
    return isUrgent || this.runStatus !== "failed";
  }

  // --- Drawing

  #begin(phase) {
    if (this.phase === "idle") {
      this.epoch += 1;
      this.startedAt = performance.now();
      this.usageBefore = this.usage;
    }
    this.phase = phase;
    this.#render();
    clearInterval(this.ticker);
    this.ticker = setInterval(() => this.#drawStatus(), 1000);
  }

  #end() {
    this.epoch += 1;
    this.phase = "idle";
    this.stopsSoon = false;
    this.isLost = false;
    clearInterval(this.ticker);
    this.#render();
  }

  #setLost(isLost) {
    if (isLost === this.isLost) return;
    this.isLost = isLost;
    this.#drawStatus();
  }

  #render() {
    keepingFocus(this.root, () => this.#draw(), () => this.box.focus() || this.transcript.focusCard() || this.transcript.root.focus());
    if (this.editor && !this.editor.node.isConnected) {
      const text = this.editor.text;
      this.editor = null;
      this.box.refuse("The message that you were changing is gone. Your text is in the box.", { text });
    }
  }

  #draw() {
    const waiting = this.phase === "idle" ? pendingApproval(this.messages) : null;
    this.transcript.render(this.#all());
    this.box.show({ phase: this.phase, waiting: waiting && (waiting.toolName.endsWith("plan") ? "the plan" : "the suggestions") });
    this.box.showQueue(this.queue.all);
    this.#drawStatus();
    const state = waiting ? "waiting" : this.phase === "idle" ? "idle" : "working";
    if (state === this.announced) return;
    const isFirst = this.announced === undefined;
    this.announced = state;
    announce("second:run-state", { state, appId: this.boot.appId });
    // What stands there when the page opens is read as part of the page.
    if (isFirst) return;
    const words = { waiting: "The builder needs your decision.", working: "The builder is working.",
      idle: this.runStatus === "failed" ? "The last turn did not complete." : "The builder is done." };
    // Outside the conversation, which may be hidden: then nothing in it would be read out.
    find("[data-part=announcer]").textContent = words[state];
    if (state === "waiting" && !this.editor) this.transcript.toEnd();
  }

  #drawStatus() {
    if (this.phase !== "idle") {
      const seconds = Math.floor((performance.now() - this.startedAt) / 1000);
      return this.status.show({ work: { phase: this.phase, isLost: this.isLost, seconds } });
    }
    const failure = this.runStatus === "failed" ? this.failure : null;
    const retry = failure?.retryable && this.#canAct() ? () => this.retry() : null;
    this.status.show({ failure, retry, usage: this.usage, before: this.usageBefore });
  }
}
