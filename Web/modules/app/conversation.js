// The chat of an app: the stored conversation is the truth, the stream shows what happens now (spec 02 §20, 06 §6.3–§6.4).

import { announce, find } from "../dom.js";
import { ApiError } from "../http.js";
import { toast } from "../toasts.js";
import { Accumulator } from "./accumulate.js";
import { ChatCalls } from "./calls.js";
import { Chatbox } from "./chatbox.js";
import { makeID } from "./ids.js";
import { editMessage } from "./message-edit.js";
import { linkedID } from "./message-link.js";
import { MessageQueue } from "./queue.js";
import { failureRow, usageRow, workingRow } from "./status-rows.js";
import { readStream } from "./stream.js";
import { buildResult, decisionOn, pendingApproval } from "./tools.js";
import { Transcript } from "./transcript.js";

const fileTools = new Set(["Write", "Edit", "MultiEdit", "NotebookEdit", "Bash"]);

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
    this.runID = bootstrap.run?.id ?? null;
    this.messages = bootstrap.run?.messages ?? [];
    this.runStatus = bootstrap.run?.status ?? "completed";
    this.failure = bootstrap.run?.failure ?? null;
    this.usage = bootstrap.run?.usage ?? null;
    /** idle, sending, streaming, stopping, observing */
    this.phase = "idle";
    this.live = null;
    this.queue = new MessageQueue(bootstrap.appId, (messages) => this.box.showQueue(messages));
    this.transcript = new Transcript(find("[data-part=transcript]", root), this.#context());
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
        sendNow: (index) => this.#sendQueuedNow(index),
        edit: (index) => this.box.prefill(this.queue.take(index)?.text ?? ""),
        remove: (index) => this.queue.take(index),
      },
    });
  }

  start() {
    this.#render();
    this.transcript.toEnd();
    this.#openLink();
    addEventListener("hashchange", () => this.#openLink());
    document.addEventListener("second:hint", (event) => this.#hint(event.detail));
    document.addEventListener("second:fix", (event) => this.#fix(event.detail.text));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#refreshWhenIdle());
    window.addEventListener("focus", () => this.#refreshWhenIdle());
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
      isPending: (id) => pendingApproval(this.#all())?.toolCallId === id,
      canDecide: () => this.phase === "idle" && this.boot.canCollaborate,
      decide: ({ text, toolCallId, verdict }) => this.submit({ text, attachments: [], decision: { toolCallId, verdict } }),
      edit: (message) => this.edit(message),
      restoreBefore: (message) => this.restoreBefore(message),
      openFile: (path) => announce("second:open-file", { path }),
      fix: (text) => this.#fix(text),
    };
  }

  #all() {
    return this.live?.message ? [...this.messages, this.live.message] : this.messages;
  }

  // --- Sending

  /** A new run whose first message nobody has sent yet sends it by itself, once. */
  #autoStart() {
    const text = this.boot.run.autoStartPrompt ?? (this.messages.length === 0 ? this.boot.prompt : null);
    // Another tab may send it at the same moment: then there is nothing to give back.
    if (text) this.submit({ text, attachments: this.boot.run.pendingAttachments ?? [], isAutomatic: true });
  }

  /** A message that a button wrote; while a card waits it has to wait as well. */
  #fix(text) {
    if (this.phase === "idle" && pendingApproval(this.messages)) {
      this.queue.add({ text });
      toast("It is sent after your decision about the card.", { kind: "info" });
    } else {
      this.submit({ text, attachments: [] });
    }
  }

  /** Sends, or queues while a turn runs. */
  async submit(message) {
    if (this.phase !== "idle") {
      this.queue.add(message);
      return;
    }
    if (pendingApproval(this.messages) && !message.decision) {
      this.box.refuse("Answer the card first.", message);
      return;
    }
    const sent = {
      id: makeID(),
      role: "user",
      parts: [{ type: "text", text: message.text }],
      metadata: {
        createdAt: new Date().toISOString(), authorUserId: this.boot.personId, authorName: this.boot.personName,
        ...(message.attachments?.length ? { attachments: message.attachments } : {}),
        ...(message.decision ? { decision: message.decision } : {}),
      },
    };
    await this.#post([...this.messages, sent], message);
  }

  /** Repeats the last turn with the same message. */
  retry() {
    const index = this.messages.findLastIndex((message) => message.role === "user");
    if (index < 0 || this.phase !== "idle") return;
    this.#post(this.messages.slice(0, index + 1), null, this.messages[index].id);
  }

  /** Puts another text into an earlier message and goes on from there. */
  async edit(message) {
    const node = this.transcript.node(message);
    if (!node || !this.#canAct()) return;
    const before = message.parts.filter((part) => part.type === "text").map((part) => part.text).join("\n");
    const text = await editMessage(node, before, this.#dropped(message));
    const index = this.messages.findIndex((other) => other.id === message.id);
    if (!text || index < 0 || !this.#canAct()) return;
    const changed = { ...message, parts: [{ type: "text", text }] };
    this.#post([...this.messages.slice(0, index), changed], null, message.id);
  }

  #dropped(message) {
    const index = this.messages.findIndex((other) => other.id === message.id);
    return index < 0 ? 0 : this.messages.length - index - 1;
  }

  async #post(messages, draft, retryID) {
    const before = this.messages;
    this.messages = messages;
    this.failure = null;
    this.runStatus = "streaming";
    this.#begin("sending");
    this.transcript.toEnd();
    const sentID = messages.at(-1).id;
    let response;
    try {
      this.runID ??= await this.calls.makeRun();
      response = await this.calls.send(this.runID, { messages, retryID, runtime: this.box.runtime(), attachments: draft?.attachments });
    } catch (error) {
      this.messages = before;
      this.runStatus = "completed";
      if (error instanceof ApiError) {
        await this.#snapshot();
        this.#end();
        this.box.refuse(error.message, draft);
        return;
      }
      // No answer came, but the message may have: only the stored conversation knows.
      const wasRead = await this.#snapshot();
      this.#end();
      if (wasRead && this.messages.some((message) => message.id === sentID)) return this.#observe();
      this.box.refuse("The server did not answer. Your message is back in the box.", draft);
      return;
    }
    const rejected = response.headers.get("x-second-chat-claim-result");
    if (rejected) return this.#rejected(response, before, draft, sentID);
    this.streamID = response.headers.get("x-second-stream-id");
    if (response.headers.get("x-second-draft-created")) {
      toast("A draft was made from the published version. The published one stays as it is.", { kind: "info" });
    }
    if (response.headers.get("x-second-review-invalidated")) {
      toast("The open review was withdrawn, because the draft changes.", { kind: "info" });
    }
    await this.#follow(response);
  }

  async #rejected(response, before, draft, sentID) {
    const answer = new Accumulator();
    await readStream(response, (chunk) => answer.add(chunk));
    this.messages = before;
    await this.#snapshot();
    this.#end();
    const isStored = this.messages.some((message) => message.id === sentID);
    if (answer.error && !isStored && !draft?.isAutomatic) this.box.refuse(answer.error, draft);
    if (this.runStatus === "streaming") this.#observe();
  }

  // --- Following a stream

  async #follow(response, sequence = 0) {
    if (!sequence) this.live = new Accumulator();
    const end = await readStream(response, (chunk) => this.#chunk(chunk), { sequence });
    if (!end.done && !this.live.finished && !this.live.error) return this.#reconnect(end.sequence);
    await this.#settle();
  }

  #chunk(chunk) {
    const index = this.live.add(chunk);
    // Stop is offered from the first part of the answer on.
    if (index === null) return;
    if (this.phase === "sending" || this.phase === "observing") this.#begin("streaming");
    this.transcript.renderLast(this.live.message, index);
    const part = this.live.message.parts[index];
    if (part.type !== "dynamic-tool") return this.#phaseWord(part);
    if (part.state === "output-available" && !part.preliminary) {
      if (buildResult(part)) announce("second:built", {});
      else if (fileTools.has(part.toolName)) announce("second:files-changed", {});
    }
    this.#phaseWord(part);
  }

  /** What the preview's placeholder says meanwhile. */
  #phaseWord(part) {
    const word = part.toolName === "mcp__second__present_plan" ? "planning"
      : part.toolName === "mcp__second__done_building" ? "preparing" : fileTools.has(part.toolName) ? "building" : null;
    if (word) announce("second:phase", { word });
  }

  /** The connection broke: go on after the last chunk that came, with the state that is held. */
  async #reconnect(sequence) {
    for (let attempt = 0; attempt < 8; attempt++) {
      await pause(Math.min(8000, 400 * 2 ** attempt));
      if (attempt > 1) this.#status("reconnecting");
      let response;
      try {
        response = await this.calls.join(this.runID, { cursor: sequence, streamID: this.streamID });
      } catch {
        continue;
      }
      if (response.status === 200) {
        this.#status(null);
        return this.#follow(response, sequence);
      }
      break;
    }
    await this.#settle();
  }

  /** Somebody else's turn, or ours before a reload: read what is stored, then attach from the beginning. */
  async #observe() {
    if (this.phase !== "idle") return;
    this.#begin("observing");
    const started = performance.now();
    for (;;) {
      if (!(await this.#snapshot())) {
        await pause(2000);
        if (performance.now() - started > 60_000) break;
        continue;
      }
      if (this.runStatus !== "streaming") break;
      let response;
      try {
        response = await this.calls.join(this.runID);
      } catch {
        await pause(1500);
        continue;
      }
      if (response.status === 200) {
        // The stream repeats the whole answer: what a checkpoint stored of it must not stand there twice.
        if (this.messages.at(-1)?.role === "assistant") this.messages = this.messages.slice(0, -1);
        this.streamID = response.headers.get("x-second-stream-id");
        return this.#follow(response);
      }
      // Not attachable yet.
      await pause(1500);
    }
    this.live = null;
    this.#end();
    announce("second:turn-ended", { status: this.runStatus });
    this.#next();
  }

  /** After any end the stored conversation is read again and shown. */
  async #settle() {
    for (let attempt = 0; attempt < 20; attempt++) {
      const ok = await this.#snapshot();
      if (ok && this.runStatus !== "streaming") break;
      await pause(attempt < 5 ? 150 : 1000);
    }
    this.live = null;
    this.#end();
    announce("second:turn-ended", { status: this.runStatus });
    if (this.runStatus === "streaming") this.#observe();
    else this.#next();
  }

  /** Reads the stored conversation; answers whether that worked. */
  async #snapshot() {
    try {
      const state = await this.calls.read(this.runID);
      this.runStatus = state.status;
      this.failure = state.failure;
      this.usage = state.usage;
      // A failed run with fewer messages than are held here is older than what is held.
      if (!(state.status === "failed" && state.messages.length < this.messages.length)) this.messages = state.messages;
      if (state.status !== "streaming") this.live = null;
      this.#render();
      return true;
    } catch {
      return false;
    }
  }

  #refreshWhenIdle() {
    if (this.phase === "idle" && this.runID && this.boot.canCollaborate) {
      this.#snapshot().then(() => this.runStatus === "streaming" && this.#observe());
    }
  }

  #hint(event) {
    if (event?.scope !== "agent-runs" || event.appId !== this.boot.appId || event.runId !== this.runID) return;
    if (this.phase !== "idle") return;
    if (event.type === "run.starting" || event.type === "run.stream_ready") this.#observe();
    else if (event.type === "run.completed" || event.type === "run.failed") this.#refreshWhenIdle();
  }

  // --- Stopping and restoring

  async stop() {
    if (this.phase !== "streaming" && this.phase !== "sending") return;
    this.#begin("stopping");
    try {
      await this.calls.stop(this.runID);
    } catch (error) {
      toast(error.message, { kind: "bad" });
      if (this.phase === "stopping") this.#begin("streaming");
    }
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

  // --- The queue

  async #sendQueuedNow(index) {
    if (!this.queue.moveToFront(index)) return;
    this.urgent = true;
    if (this.phase === "idle") this.#next();
    else await this.stop();
  }

  /** The next queued message, unless something failed or waits for a person. */
  #next() {
    const isPaused = this.runStatus === "failed" && !(this.failure?.code === "user_stopped" && this.urgent);
    this.urgent = false;
    if (this.phase !== "idle" || isPaused || pendingApproval(this.messages) || !this.queue.all.length) return;
    this.submit(this.queue.take());
  }

  // --- Drawing

  #begin(phase) {
    if (this.phase === "idle") {
      this.startedAt = performance.now();
      this.usageBefore = this.usage;
    }
    this.phase = phase;
    this.#render();
    clearInterval(this.ticker);
    this.ticker = setInterval(() => this.#drawStatus(), 1000);
  }

  #end() {
    this.phase = "idle";
    this.note = null;
    clearInterval(this.ticker);
    this.#render();
  }

  #status(note) {
    this.note = note;
    this.#drawStatus();
  }

  #render() {
    const waiting = this.phase === "idle" ? pendingApproval(this.messages) : null;
    this.transcript.render(this.#all());
    this.box.show({ phase: this.phase, waiting: waiting && (waiting.toolName.endsWith("plan") ? "the plan" : "the suggestions") });
    this.box.showQueue(this.queue.all);
    this.#drawStatus();
    const state = waiting ? "waiting" : this.phase === "idle" ? "idle" : "working";
    if (state !== this.announced) {
      const isFirst = this.announced === undefined;
      this.announced = state;
      announce("second:run-state", { state, appId: this.boot.appId });
      const words = { waiting: "The builder needs your decision.", working: "The builder is working.",
        idle: this.runStatus === "failed" ? "The last turn did not complete." : "The builder is done." };
      // What stands there when the page opens is read as part of the page.
      if (!isFirst) find("[data-part=announcer]", this.root).textContent = words[state];
    }
  }

  #drawStatus() {
    const rows = [];
    if (this.phase !== "idle") {
      const seconds = Math.floor((performance.now() - this.startedAt) / 1000);
      rows.push(workingRow({ phase: this.phase, isLost: this.note === "reconnecting", seconds }));
    } else {
      const isFailed = this.runStatus === "failed" && this.failure;
      if (isFailed) rows.push(failureRow(this.failure, this.failure.retryable && this.#canAct() && (() => this.retry())));
      const usage = usageRow(this.usage, this.usageBefore);
      if (usage) rows.push(usage);
    }
    this.transcript.status.replaceChildren(...rows);
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
