import assert from "node:assert/strict";
import test from "node:test";
import { ansiRuns } from "../../Web/modules/app/ansi.js";
import { counts, lineDiff } from "../../Web/modules/app/diff.js";
import { safeAddress } from "../../Web/modules/app/markdown.js";
import { flatten, isPresented, payload, pendingApproval } from "../../Web/modules/app/tools.js";

test("colours become classes and other sequences vanish", () => {
  assert.deepEqual(ansiRuns("\u001b[31mred\u001b[0m plain\u001b]0;title\u0007\u001b[2J\u0000!"), [
    { text: "red", classes: ["ansi-bad"] }, { text: " plain", classes: [] }, { text: "!", classes: [] },
  ]);
});

test("an output with a colour a letter loses its colours, never its letters", () => {
  const runs = ansiRuns("\u001b[31mx\u001b[32my".repeat(5000));
  assert.ok(runs.length < 2002);
  assert.equal(runs.map((run) => run.text).join(""), "xy".repeat(5000));
});

test("a diff keeps what is equal", () => {
  const lines = lineDiff("a\nb\nc", "a\nx\nc");
  assert.deepEqual(lines, [[" ", "a"], ["-", "b"], ["+", "x"], [" ", "c"]]);
  assert.deepEqual(counts(lines), { added: 1, removed: 1 });
  assert.deepEqual(lineDiff("", "a"), [["+", "a"]]);
});

test("only addresses that a person may follow are links", () => {
  assert.equal(safeAddress("https://a.example/x"), "https://a.example/x");
  assert.equal(safeAddress("mailto:a@b.example"), "mailto:a@b.example");
  for (const address of ["javascript:alert(1)", "data:text/html,x", "/w/acme", "#x", "vbscript:x", "java\nscript:x"]) {
    assert.equal(safeAddress(address), null, address);
  }
});

const plan = (output) => ({ type: "dynamic-tool", toolName: "mcp__second__present_plan", toolCallId: "p", state: "output-available", output });
const presented = [{ type: "text", text: '{"ok":true,"status":"presented","title":"T"}' }];

test("a presented card waits until a person has answered", () => {
  const assistant = { role: "assistant", parts: [plan(presented)] };
  assert.equal(pendingApproval([{ role: "user", parts: [] }, assistant])?.toolCallId, "p");
  assert.equal(pendingApproval([assistant, { role: "user", parts: [] }]), null);
  assert.ok(!isPresented(plan('{"ok":false,"status":"invalid"}')));
  assert.ok(!isPresented({ ...plan(presented), preliminary: true }));
});

test("payloads are found in envelopes, not too deep", () => {
  assert.equal(payload({ content: presented }, (object) => object.status)?.title, "T");
  let deep = { status: "complete" };
  for (let level = 0; level < 10; level++) deep = { content: deep };
  assert.equal(payload(deep, (object) => object.status), undefined);
  assert.equal(flatten([{ type: "text", text: "a" }, { text: "b" }]), "a\nb");
});

test("a result that is nested without end is cut, not a reason to stop", () => {
  let deep = "end";
  for (let level = 0; level < 100_000; level++) deep = { text: deep };
  assert.equal(flatten(deep), "…");
  let value = {};
  for (let level = 0; level < 100_000; level++) value = { a: value };
  assert.match(flatten(value), /too deep/);
});
