// The app page of the real templates and modules, in front of a server of 127.0.0.1 that does what a test tells it to.

import { Chromium } from "./chromium.mjs";
import { listen, sendAsset, stylesheets, webText } from "./server.mjs";

const base = "/api/workspaces/w1/apps/a1";
export const me = { id: "u1", name: "Ada" };

export const user = (id, text, metadata = {}) => ({ id, role: "user", parts: [{ type: "text", text }],
  metadata: { createdAt: "2026-01-02T03:04:05.000Z", authorUserId: me.id, authorName: me.name, ...metadata } });
export const answer = (id, text, ...parts) => ({ id, role: "assistant", parts: [...(text ? [{ type: "text", text, state: "done" }] : []), ...parts] });
export const presented = (toolCallId, toolName, input) => ({ type: "dynamic-tool", toolName: `mcp__second__present_${toolName}`, toolCallId,
  state: "output-available", input, output: { ok: true, status: "presented" } });
export const plan = (id = "plan-1") => presented(id, "plan", { title: "A tracker", overview: "It tracks.",
  features: [{ name: "List", description: "Shows all." }, { name: "History", description: "Shows the past." }] });

/** What of mustache the templates use. */
function render(template, values, partials) {
  const stack = [values];
  const value = (name) => (name === "." ? stack.at(-1) : stack.findLast((scope) => scope && typeof scope === "object" && name in scope)?.[name]);
  const draw = (text) => text
    .replace(/\{\{([#^])([\w.]+)\}\}([\s\S]*?)\{\{\/\2\}\}/g, (_, kind, name, inner) => {
      const found = value(name);
      const items = Array.isArray(found) ? found : found ? [found] : [];
      if (kind === "^") return items.length ? "" : draw(inner);
      return items.map((item) => {
        stack.push(item);
        const drawn = draw(inner);
        stack.pop();
        return drawn;
      }).join("");
    })
    .replace(/\{\{>([\w/]+)\}\}/g, (_, name) => draw(partials[name]))
    .replace(/\{\{\{([\w.]+)\}\}\}/g, (_, name) => value(name) ?? "")
    .replace(/\{\{([\w.]+)\}\}/g, (_, name) => String(value(name) ?? "").replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;"));
  return draw(template);
}

export class Stage {
  static async start() {
    const stage = new Stage();
    [stage.template, stage.composer] = await Promise.all(["app/app", "parts/composer"].map((name) => webText(`templates/${name}.mustache`)));
    stage.server = await listen((request, response) => stage.#answer(request, response));
    stage.address = stage.server.address;
    stage.browser = await Chromium.start();
    stage.rested = [];
    stage.round = 0;
    return stage;
  }

  async end() {
    await this.browser.end();
    await this.server.end();
  }

  /** Begins a test: empty storage, a run that is done, and every call counted in `calls`. */
  async reset({ messages = [], status = "completed", failure = null, usage = null, prompt } = {}) {
    this.state = { messages, status, failure, usage };
    this.prompt = prompt;
    this.calls = [];
    this.bodies = [];
    this.handlers = {};
    this.streams = [];
    this.events = [];
    this.round += 1;
    this.isEmpty = false;
    this.server.http.closeAllConnections();
  }

  async open({ held = false, person = me } = {}) {
    const page = this.rested.pop() ?? (await this.browser.open());
    if (held) await page.holdTime();
    await page.go(`${this.address}/w/w1/apps/a1?person=${person.id}&name=${person.name}&fresh=${!this.isEmpty}&round=${this.round}`);
    this.isEmpty = true;
    return page;
  }

  /** Leaves a page; a later test uses it again, which is much quicker than a new one. */
  async close(page) {
    await page.leave();
    this.rested.push(page);
  }

  /** `handler(request, response, body)` answers a call, e.g. `POST chat`; without one the state below `this.state` answers. */
  on(call, handler) {
    this.handlers[call] = handler;
  }

  count(call) {
    return this.calls.filter((other) => other === call).length;
  }

  /** The newest body of a call. */
  sent(call = "POST chat") {
    return this.bodies.findLast((other) => other.call === call)?.body;
  }

  /** Waits until a call has come `times` times. */
  async came(call, times = 1) {
    const end = Date.now() + 30_000;
    while (this.count(call) < times) {
      if (Date.now() > end) throw new Error(`${call} came ${this.count(call)} times, not ${times}: ${this.calls.join(", ")}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Stores what was sent and answers with a stream that stays open; refuses what the server refuses, and answers `null` then. */
  accept(body, response) {
    const refusal = this.refusalOf(body);
    if (refusal) return void this.reject(response, ...refusal);
    this.take(body);
    return this.stream(response);
  }

  /** Stores what was sent: its turn runs. */
  take(body) {
    this.state = { ...this.state, status: "streaming", failure: null, messages: this.#stored(body.messages) };
  }

  /** Why the server would not start a turn with this, as the header and the sentence say it; `null` when it would. */
  refusalOf({ messages, retryLastMessageId: retryID }) {
    const known = this.state.messages.map(({ id }) => id);
    const sent = messages.map(({ id }) => id);
    const newest = messages.findLast(({ role }) => role === "user").id;
    if (this.state.status === "streaming") {
      return ["already_streaming", known.includes(newest) ? null : "The builder is still working on the last message."];
    }
    const index = retryID ? known.lastIndexOf(retryID) : known.length;
    const isFine = retryID ? newest === retryID && index >= 0 : sent.length > known.length && !known.includes(newest);
    const isPrefix = known.slice(0, index).every((id, at) => id === sent[at]);
    return isFine && isPrefix ? null : ["stale_input", "This conversation has moved on."];
  }

  /** Answers as the server does when a message starts no turn. */
  reject(response, result, text) {
    response.writeHead(200, { "content-type": "text/event-stream", "x-second-chat-claim-result": result });
    response.end(`${text ? `data: ${JSON.stringify({ type: "error", errorText: text })}\n\n` : ""}data: [DONE]\n\n`);
  }

  #stored(messages) {
    return messages.map((message) => (message.role === "user" ? message : this.state.messages.find((other) => other.id === message.id)));
  }

  stream(response, headers = {}) {
    response.writeHead(200, { "content-type": "text/event-stream", "x-second-stream-id": "s1", ...headers });
    response.flushHeaders();
    const stream = new Stream(response);
    this.streams.push(stream);
    return stream;
  }

  /** The turn ends: `message` is stored, the stream says so. */
  finish(stream, message, { status = "completed", failure = null } = {}) {
    this.state = { ...this.state, status, failure, messages: message ? [...this.state.messages, message] : this.state.messages };
    stream.done();
    // Whoever joined the turn hears it as well.
    for (const other of this.streams) other.done();
  }

  /** From now on stopping ends the turn of this stream; `message` is kept of it. */
  stopEnds(stream, message) {
    this.on("POST chat/stop", (request, response) => {
      this.json(response, { ok: true, status: "failed", alreadyTerminal: false, stopped: true, workerCancelled: true });
      this.finish(stream, message, { status: "failed", failure: { code: "user_stopped", message: "Stopped.", retryable: true } });
    });
  }

  refuse(response, status = 500, error = "unknown", message = "It did not work.") {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ error, message }));
  }

  async #answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.address);
    if (pathname.startsWith("/assets/")) return sendAsset(pathname.slice(8), response);
    if (pathname === "/w/w1/apps/a1") return this.#page(searchParams, response);
    // What a page of an earlier test sent last is not for this one.
    if (!request.headers.referer?.endsWith(`round=${this.round}`)) return response.destroy();
    const name = pathname === "/api/workspaces/w1/events" ? "events" : pathname.slice(base.length + 1).replace(/^runs\/[^/]+\//, "");
    const call = `${request.method} ${name}`;
    let text = "";
    for await (const piece of request) text += piece;
    let body = null;
    try {
      body = text ? JSON.parse(text) : null;
    } catch {
      // A form with files.
    }
    this.calls.push(call);
    this.bodies.push({ call, body });
    const handler = this.handlers[call];
    if (handler) return handler(request, response, body);
    if (call === "GET chat") return this.json(response, this.state);
    if (call === "GET chat/stream") return response.writeHead(204).end();
    if (call === "GET events") return this.listen(response);
    if (call === "POST chat") return void this.accept(body, response);
    this.refuse(response, 404, "not_found", "Not here.");
  }

  listen(response) {
    this.events.push(response);
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
  }

  /** Tells whoever listens to the workspace what happened to the run. */
  hint(type, runId = "r1") {
    const event = { version: 1, workspaceId: "w1", scope: "agent-runs", appId: "a1", runId, type };
    for (const response of this.events) response.write(`data: ${JSON.stringify(event)}\n\n`);
  }

  json(response, value) {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(value));
  }

  #page(search, response) {
    const person = { id: search.get("person"), name: search.get("name") };
    const bootstrapJSON = JSON.stringify({ workspaceId: "w1", appId: "a1", canCollaborate: true, personId: person.id,
      personName: person.name, prompt: this.prompt, run: { id: "r1", ...this.state } }).replaceAll("<", "\\u003c");
    const body = render(this.template, { appID: "a1", workspaceID: "w1", personID: person.id, isBuilt: true, mode: "panel", pane: "chat",
      version: "draft", canCollaborate: true, canManage: true, name: "Tracker", assets: "/assets", bootstrapJSON, messages: [],
      composer: { registryJSON: JSON.stringify({ runtimes: [] }), settingsJSON: "{}", draftKey: "app-a1", rows: 3, canRun: true,
        sendLabel: "Send", inputLabel: "Message", placeholder: "Write", assets: "/assets" } }, { "parts/composer": this.composer });
    response.writeHead(200, { "content-type": "text/html" });
    response.end(`<!doctype html><meta charset="utf-8"><title>Tracker — Acme</title>
      ${search.get("fresh") === "true" ? "<script>localStorage.clear()</script>" : ""}
      ${stylesheets}
      <body><div class="shell" data-state="hidden"><div class="shell-main"><main id="main">${body.replaceAll(/ data-module="[^"]*"/g, "")}</main></div></div><script type="module">
      import { start } from "/assets/modules/bus.js";
      import { mount as layout } from "/assets/modules/app/layout.js";
      import { mount } from "/assets/modules/app/conversation.js";
      globalThis.told = [];
      for (const name of ["second:turn-ended", "second:run-state", "second:stage"]) {
        document.addEventListener(name, ({ detail }) => told.push([name, detail]));
      }
      start("w1");
      layout(document.querySelector("#app"));
      mount(document.querySelector("#app-chat"));
      globalThis.isMounted = true;
      </script>`);
  }
}

/** A turn's stream as the server sends it. */
export class Stream {
  constructor(response) {
    this.response = response;
    this.sequence = 0;
    this.closed = new Promise((resolve) => response.once("close", resolve));
  }

  send(...chunks) {
    for (const chunk of chunks) this.response.write(`id: ${(this.sequence += 1)}\ndata: ${JSON.stringify(chunk)}\n\n`);
    return this;
  }

  /** The first part of an answer. */
  says(text, messageId = "m-answer") {
    return this.send({ type: "start", messageId }, { type: "text-start", id: "t1" }, { type: "text-delta", id: "t1", delta: text });
  }

  more(text) {
    return this.send({ type: "text-delta", id: "t1", delta: text });
  }

  keepAlive() {
    this.response.write(": keep-alive\n\n");
  }

  done() {
    if (this.response.writableEnded || this.response.destroyed) return;
    this.send({ type: "finish" });
    this.response.end("data: [DONE]\n\n");
  }

  /** The connection breaks. */
  cut() {
    this.response.destroy();
  }
}
