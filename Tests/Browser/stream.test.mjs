import assert from "node:assert/strict";
import test from "node:test";
import { EventDecoder, readStream } from "../../Web/modules/app/stream.js";

test("events survive any cut", () => {
  const text = ': keep-alive\n\nid: 1\ndata: {"type":"start"}\n\nid: 2\r\ndata: {"a":"é\\n"}\r\n\r\ndata: [DONE]\n\n';
  for (let size = 1; size < text.length; size++) {
    const decoder = new EventDecoder();
    const events = [];
    for (let at = 0; at < text.length; at += size) events.push(...decoder.feed(text.slice(at, at + size)));
    assert.deepEqual(events, [
      { id: "1", data: '{"type":"start"}' }, { id: "2", data: '{"a":"é\\n"}' }, { id: null, data: "[DONE]" },
    ]);
  }
});

const response = (...pieces) => new Response(new ReadableStream({
  start(controller) {
    for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
    controller.close();
  },
}));

test("what was seen before is not applied again", async () => {
  const seen = [];
  const end = await readStream(
    response('id: 1\ndata: {"n":1}\n\n', 'id: 2\ndata: {"n":2}\n\nid: 3\ndata: {"n":3}\n\n', "data: [DONE]\n\n"),
    (chunk) => seen.push(chunk.n),
    { sequence: 2 },
  );
  assert.deepEqual(seen, [3]);
  assert.deepEqual(end, { done: true, sequence: 3 });
});

test("a broken connection says where to go on", async () => {
  const end = await readStream(response('id: 7\ndata: {"n":7}\n\nid: 8\ndata: {"n'), () => {});
  assert.deepEqual(end, { done: false, sequence: 7 });
});
