import assert from "node:assert/strict";
import test from "node:test";
import { Accumulator, parsePartial } from "../../Web/modules/app/accumulate.js";

const play = (chunks) => {
  const accumulator = new Accumulator();
  for (const chunk of chunks) accumulator.add(chunk);
  return accumulator;
};

test("text and reasoning grow in place and end done", () => {
  const { message } = play([
    { type: "start", messageId: "m1" },
    { type: "reasoning-start", id: "r" }, { type: "reasoning-delta", id: "r", delta: "hm" }, { type: "reasoning-end", id: "r" },
    { type: "text-start", id: "t" }, { type: "text-delta", id: "t", delta: "He" }, { type: "text-delta", id: "t", delta: "llo" },
    { type: "text-end", id: "t" }, { type: "finish" },
  ]);
  assert.deepEqual(message, {
    id: "m1", role: "assistant",
    parts: [{ type: "reasoning", text: "hm", state: "done" }, { type: "text", text: "Hello", state: "done" }],
  });
});

test("a tool call passes through its states", () => {
  const accumulator = play([
    { type: "start", messageId: "m" },
    { type: "tool-input-start", toolCallId: "c", toolName: "Write", dynamic: true },
    { type: "tool-input-delta", toolCallId: "c", inputTextDelta: '{"file_path":"a.ts' },
  ]);
  assert.deepEqual(accumulator.message.parts[0].input, { file_path: "a.ts" });
  assert.equal(accumulator.message.parts[0].state, "input-streaming");
  accumulator.add({ type: "tool-input-available", toolCallId: "c", toolName: "Write", input: { file_path: "a.tsx" }, dynamic: true });
  accumulator.add({ type: "tool-output-available", toolCallId: "c", output: "part", dynamic: true, preliminary: true });
  assert.equal(accumulator.message.parts[0].preliminary, true);
  accumulator.add({ type: "tool-output-available", toolCallId: "c", output: "ok", dynamic: true });
  assert.deepEqual(accumulator.message.parts, [
    { type: "dynamic-tool", toolName: "Write", toolCallId: "c", state: "output-available", input: { file_path: "a.tsx" }, output: "ok" },
  ]);
});

test("deltas and outputs for unknown ids change nothing", () => {
  const { message } = play([
    { type: "start", messageId: "m" },
    { type: "text-delta", id: "nobody", delta: "x" },
    { type: "tool-output-available", toolCallId: "nobody", output: "x", dynamic: true },
  ]);
  assert.deepEqual(message.parts, []);
});

test("an error adds no part", () => {
  const accumulator = play([{ type: "start", messageId: "m" }, { type: "error", errorText: "broke" }]);
  assert.equal(accumulator.error, "broke");
  assert.deepEqual(accumulator.message.parts, []);
});

for (const [text, value] of [
  ['{"a":1,"b":"x', { a: 1, b: "x" }], ['{"a":[1,2', { a: [1, 2] }], ['{"a":1,"b', { a: 1 }], ['{"a":tr', {}],
  ['{"a":"\\', { a: "" }], ["", undefined], ["]", undefined], ['{"a":{"b":"c"},', { a: { b: "c" } }],
]) {
  test(`half-written input ${JSON.stringify(text)} is read as far as it goes`, () => {
    assert.deepEqual(parsePartial(text), value);
  });
}

test("an input of nothing but brackets is read in a time that grows with its length", () => {
  const cost = (count) => Math.min(...[1, 2, 3].map(() => {
    const started = process.cpuUsage();
    for (const text of ["[".repeat(count), "[1,".repeat(count / 3), '{"a":'.repeat(count / 5)]) parsePartial(text);
    return process.cpuUsage(started).user / 1000;
  }));
  const short = Math.max(cost(50_000), 5);
  assert.ok(cost(200_000) < short * 11);
});

test("what was closed since the last comma is closed again where the text is cut", () => {
  assert.deepEqual(parsePartial('{"a":[1,{"b":2}],"c'), { a: [1, { b: 2 }] });
  assert.deepEqual(parsePartial('{"a":[1,{"b":[2,3]}],"c":tr'), { a: [1, { b: [2, 3] }] });
  assert.deepEqual(parsePartial('[[1,2],[3,[4]]]x'), [[1, 2], [3, []]]);
});
