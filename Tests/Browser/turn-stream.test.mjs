import assert from "node:assert/strict";
import test from "node:test";
import { fixesInRow } from "../../Web/modules/app/fix-limit.js";
import { wayBack } from "../../Web/modules/app/outgoing.js";
import { MessageQueue } from "../../Web/modules/app/queue.js";
import { silence, suspicion, TurnStream } from "../../Web/modules/app/turn-stream.js";

/** A clock that goes only when told to. */
function heldClock() {
  const timers = new Set();
  const add = (at, run, every) => {
    const timer = { at, run, every };
    timers.add(timer);
    return () => timers.delete(timer);
  };
  return {
    time: 0,
    now() {
      return this.time;
    },
    after(milliseconds, run) {
      return add(this.time + milliseconds, run, 0);
    },
    every(milliseconds, run) {
      return add(this.time + milliseconds, run, milliseconds);
    },
    async advance(milliseconds) {
      const end = this.time + milliseconds;
      for (;;) {
        await new Promise(setImmediate);
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (!next) break;
        this.time = next.at;
        if (next.every) next.at += next.every;
        else timers.delete(next);
        next.run();
      }
      this.time = end;
      await new Promise(setImmediate);
    },
  };
}

function connection(...pieces) {
  let controller;
  const stream = new ReadableStream({ start: (made) => (controller = made), cancel: () => (response.isLeft = true) });
  const response = new Response(stream);
  response.push = (text) => controller.enqueue(new TextEncoder().encode(text));
  response.end = () => controller.close();
  for (const piece of pieces) response.push(piece);
  return response;
}

function reading({ joins = [], isOver = () => false } = {}) {
  const clock = heldClock();
  const heard = { chunks: [], cursors: [], lost: [], clock };
  const stream = new TurnStream({
    clock,
    isComplete: () => false,
    isOver: async () => isOver(),
    join: async (sequence) => {
      heard.cursors.push(sequence);
      const next = joins.shift();
      if (!next) throw new TypeError("no network");
      return next;
    },
    onChunk: (chunk) => heard.chunks.push(chunk.n),
    onLost: (isLost) => heard.lost.push(isLost),
  });
  return { ...heard, stream };
}

const event = (n) => `id: ${n}\ndata: {"n":${n}}\n\n`;
const done = "data: [DONE]\n\n";

test("a stream that breaks is read on from the last number, and nothing is told when that is soon", async () => {
  const { stream, clock, chunks, cursors, lost } = reading({ joins: [connection(event(2), event(3), done)] });
  const first = connection(event(1), event(2));
  first.end();
  const end = stream.read(first);
  await clock.advance(1000);
  await end;
  assert.deepEqual([chunks, cursors, lost.includes(true)], [[1, 2, 3], [2], false]);
});

test("silence ends a connection, at its limit and not before", async () => {
  const { stream, clock, cursors } = reading({ joins: [connection(done)] });
  const first = connection(event(1));
  const end = stream.read(first);
  await clock.advance(silence);
  assert.equal(first.isLeft, undefined);
  await clock.advance(6000);
  await end;
  assert.ok(first.isLeft);
  assert.deepEqual(cursors, [1]);
});

test("looking gives up a suspicious connection, never one that was heard just now", async () => {
  const { stream, clock, cursors } = reading({ joins: [connection(event(2)), connection(done)] });
  const end = stream.read(connection(event(1)));
  await clock.advance(suspicion - 1000);
  stream.look();
  await clock.advance(1000);
  assert.deepEqual(cursors, []);
  await clock.advance(1000);
  stream.look();
  await clock.advance(1000);
  assert.deepEqual(cursors, [1]);
  stream.look();
  await clock.advance(1000);
  stream.look({ isNew: true });
  await clock.advance(1000);
  await end;
  assert.deepEqual(cursors, [1, 2]);
});

test("the reader is told after five seconds, asked servers every two, and nothing gives up", async () => {
  const { stream, clock, cursors, lost } = reading();
  const first = connection();
  first.end();
  stream.read(first);
  await clock.advance(4900);
  assert.deepEqual(lost, []);
  await clock.advance(200);
  assert.deepEqual(lost, [true]);
  await clock.advance(600_000);
  assert.ok(cursors.length > 290 && cursors.length < 310, String(cursors.length));
});

test("a turn that ended meanwhile ends the reading; one that may not be known any more as well", async () => {
  const broken = () => {
    const response = connection();
    response.end();
    return response;
  };
  const over = reading({ joins: [new Response(null, { status: 204 })], isOver: () => true });
  const end = over.stream.read(broken());
  await over.clock.advance(1000);
  await end;
  const gone = reading({ joins: [new Response(null, { status: 404 })], isOver: () => {
    throw new Error("gone");
  } });
  const refused = assert.rejects(gone.stream.read(broken()), /gone/);
  await gone.clock.advance(1000);
  await refused;
});

const asking = (text) => ({ role: "user", parts: [{ type: "text", text }] });

test("fixes in a row are counted since the person wrote something else", () => {
  const other = asking("Make it blue");
  const fix = asking("The build failed:\n\nx");
  const reply = { role: "assistant", parts: [] };
  assert.deepEqual(fixesInRow([other, reply]), { tries: 0, cause: other });
  assert.deepEqual(fixesInRow([fix, other, reply, fix, reply, asking("The preview shows an error. y")]), { tries: 2, cause: other });
  assert.deepEqual(fixesInRow([fix]), { tries: 1, cause: null });
  assert.deepEqual(fixesInRow([]), { tries: 0, cause: null });
});

test("what was not taken goes where it was typed, as long as that is there", () => {
  const messages = [{ id: "m1", role: "user", parts: [] }];
  const place = (draft, isPending, held = messages) => wayBack(draft, "why", held, isPending).place;
  const decision = { toolCallId: "c", verdict: "approved" };
  assert.equal(place(null), "nowhere");
  assert.equal(place({ text: "a" }), "box");
  assert.equal(place({ text: "a", id: "q1" }), "queue");
  assert.equal(place({ text: "a", editOf: "m1" }), "editor");
  assert.equal(place({ text: "a", editOf: "m9" }), "box");
  assert.equal(place({ text: "a", decision }, true), "card");
  assert.equal(place({ text: "a", decision }, false), "nowhere");
  assert.equal(place({ text: "a", decision: { ...decision, verdict: "changes_requested" } }, false), "box");
  const decided = [...messages, { id: "m2", role: "user", parts: [], metadata: { authorName: "Bo", decision } }];
  assert.equal(wayBack({ text: "a", decision }, "why", decided, false).reason, "Bo has already decided about this card.");
});

test("without locks one of two tabs sends from the queue, and the next may when it is done", async (context) => {
  const values = new Map();
  globalThis.addEventListener ??= () => {};
  globalThis.localStorage = { getItem: (key) => values.get(key) ?? null, setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key) };
  context.after(() => delete globalThis.localStorage);
  const [one, two] = [1, 2].map(() => new MessageQueue("a", () => {}, null));
  await one.add({ text: "x" });
  await two.add({ text: "y" });
  assert.deepEqual(one.all.map(({ text }) => text), ["x", "y"]);
  const sent = [];
  const send = (queue) => queue.sending(async () => sent.push((await queue.take()).text));
  assert.equal((await Promise.all([send(one), send(two)])).filter(Boolean).length, 1);
  assert.deepEqual(sent, ["x"]);
  assert.equal(await send(two), true);
  assert.deepEqual(sent, ["x", "y"]);
  assert.equal(await two.take(), undefined);
});
