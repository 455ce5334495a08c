// A turn from its start to its end, in a real browser and in front of a scripted server that breaks off and comes late.

import assert from "node:assert/strict";
import { answer, user } from "./support/stage.mjs";
import { box, input, isIdle, problem, scene, shown, stop, test, told } from "./support/scene.mjs";

const the = scene();
const focus = "dispatchEvent(new Event('focus'))";
const isLost = `document.querySelector(".status-row")?.dataset.state === "reconnecting"`;
const texts = `[...document.querySelectorAll("[data-testid=msg]")].map((node) => node.innerText.trim())`;

test("a turn is shown once, from the own words to the stored answer", async () => {
  const page = await the.open();
  const stream = await the.begin(page, "Second", "I am at");
  the.stage.finish(stream.more(" it"), answer("a2", "I am at it."));
  await page.until(isIdle);
  assert.deepEqual(await page.evaluate(texts), ["First", "Done.", "Second", "I am at it."]);
});

test("a frame that comes after the end does not draw over what is stored", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  await page.evaluate("globalThis.due = []; globalThis.requestAnimationFrame = (draw) => due.push(draw); 0");
  the.stage.finish(stream.more(" and half"), answer("a2", "Half and a half, as stored."));
  await page.until(isIdle);
  await page.evaluate("due.forEach((draw) => draw(0))");
  assert.equal((await page.evaluate(texts)).at(-1), "Half and a half, as stored.");
});

test("an old answer that comes late changes nothing of the turn that began meanwhile", async () => {
  const page = await the.open();
  const old = { ...the.stage.state };
  let late;
  the.stage.on("GET chat", (request, response) => (late ??= response) === response || the.stage.json(response, the.stage.state));
  await page.evaluate(focus);
  await the.stage.came("GET chat");
  const stream = await the.begin(page);
  the.stage.json(late, old);
  stream.more(" and half");
  await page.until(shown("Half and half"));
  assert.ok(await page.evaluate(shown("Second")));
  the.stage.finish(stream, answer("a2", "Half and half."));
  await page.until(isIdle);
});

test("coming back to the page asks once", async () => {
  const page = await the.open();
  await page.evaluate(`${focus}; document.dispatchEvent(new Event("visibilitychange"))`);
  await the.stage.came("GET chat");
  await page.evaluate("new Promise((resolve) => setTimeout(resolve, 400))");
  assert.equal(the.stage.count("GET chat"), 1);
});

test("the conversation is read again when the event stream returns", async () => {
  let events;
  const page = await the.open(undefined, { before: (stage) => stage.on("GET events", (request, response) => {
    events = response;
    response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
  }) });
  await the.stage.came("GET events");
  the.stage.state.messages = [...told, user("m2", "Of a colleague", { authorUserId: "u2", authorName: "Bo" })];
  events.destroy();
  await page.until(shown("Of a colleague"));
});

test("a failed conversation that is shorter is taken over: the stored one is the truth", async () => {
  const page = await the.open({ messages: [...told, user("m2", "Second"), answer("a2", "Old answer.")] });
  the.stage.state = { ...the.stage.state, messages: [user("m1", "Changed")], status: "failed",
    failure: { code: "unknown", message: "It broke.", retryable: true } };
  await page.evaluate(focus);
  await page.until(shown("It broke."));
  assert.deepEqual(await page.evaluate(texts), ["Changed"]);
});

test("a silent stream is given up after 45 s and read on where it stopped", async () => {
  const page = await the.open(undefined, { held: true });
  await the.begin(page);
  let cursor;
  the.stage.on("GET chat/stream", (request, response) => {
    cursor = request.headers["last-event-id"];
    const stream = the.stage.stream(response);
    stream.sequence = 3;
    stream.more(" and half");
  });
  await page.advance(44_000);
  assert.equal(the.stage.count("GET chat/stream"), 0);
  await page.advance(10_000);
  await page.until(shown("Half and half"));
  assert.equal(cursor, "3");
});

test("keep-alives keep a stream alive", async () => {
  const page = await the.open(undefined, { held: true });
  const stream = await the.begin(page);
  for (let round = 0; round < 6; round++) {
    stream.keepAlive();
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
    await page.advance(15_000);
  }
  assert.equal(the.stage.count("GET chat/stream"), 0);
});

for (const [event, wait] of [["focus", 25_000], ["online", 0]]) {
  test(`the event ${event} looks at once whether the stream still lives`, async () => {
    const page = await the.open(undefined, { held: true });
    await the.begin(page);
    await page.advance(wait);
    assert.equal(the.stage.count("GET chat/stream"), 0);
    await page.evaluate(`dispatchEvent(new Event("${event}"))`);
    await page.advance(500);
    await the.stage.came("GET chat/stream");
  });
}

test("a connection that stays away is told of after 5 s, keeps what has come, and is taken up again", async () => {
  const page = await the.open(undefined, { held: true });
  const stream = await the.begin(page);
  const away = (request, response) => the.stage.refuse(response, 502);
  the.stage.on("GET chat/stream", away);
  the.stage.on("GET chat", away);
  stream.cut();
  await page.until(`heldClock.advance(100).then(() => ${shown("Half")})`);
  await page.advance(4_000);
  assert.equal(await page.evaluate(isLost), false);
  await page.until(`heldClock.advance(500).then(() => ${isLost})`);
  for (let round = 0; round < 30; round++) await page.advance(2_000);
  assert.ok(await page.evaluate(shown("Half")));
  assert.ok(await page.evaluate(isLost));
  the.stage.on("GET chat", undefined);
  the.stage.on("GET chat/stream", (request, response) => {
    const again = the.stage.stream(response);
    again.sequence = 3;
    the.stage.finish(again.more(" and half"), answer("a2", "Half and half."));
  });
  await page.until(`heldClock.advance(500).then(() => ${isIdle})`);
  assert.deepEqual(await page.evaluate(texts), ["First", "Done.", "Second", "Half and half."]);
});

test("a broken connection is released when the turn has ended meanwhile", async () => {
  const page = await the.open(undefined, { held: true });
  const stream = await the.begin(page);
  the.stage.state = { ...the.stage.state, status: "completed", messages: [...the.stage.state.messages, answer("a2", "Half, and the end.")] };
  stream.cut();
  await page.until(`heldClock.advance(100).then(() => ${isIdle})`);
  assert.ok(await page.evaluate(shown("Half, and the end.")));
  assert.ok((await page.evaluate("performance.now()")) < 10_000);
});

test("what may not be read any more is not asked for again, and stays as it is", async () => {
  const page = await the.open(undefined, { held: true });
  const stream = await the.begin(page);
  const gone = (request, response) => the.stage.refuse(response, 404, "not_found", "This conversation is gone.");
  the.stage.on("GET chat/stream", gone);
  the.stage.on("GET chat", gone);
  stream.cut();
  await page.until(`heldClock.advance(100).then(() => ${isIdle})`);
  assert.ok(await page.evaluate(shown("Half")));
  assert.equal(await page.evaluate(problem), "This conversation is gone.");
});

test("a queued message waits as long as nobody knows whether the turn has ended", async () => {
  const page = await the.open({ messages: [user("m1", "First")], status: "streaming" }, { held: true,
    before: (stage) => stage.on("GET chat", (request, response) => stage.refuse(response, 503)) });
  await the.say(page, "Later");
  await page.until(`document.querySelector("[data-testid=queue-item]")`);
  for (let round = 0; round < 60; round++) await page.advance(2_000);
  assert.equal(the.stage.count("POST chat"), 0);
  the.stage.on("GET chat", undefined);
  the.stage.state = { ...the.stage.state, status: "completed", messages: told };
  await page.until(`heldClock.advance(500).then(() => ${shown("Later")} && !document.querySelector("[data-testid=queue-item]"))`);
  assert.equal(the.stage.count("POST chat"), 1);
});

test("somebody else's turn is joined from its beginning and stands there once", async () => {
  const page = await the.open({ messages: [user("m1", "First")], status: "streaming" }, {
    before: (stage) => stage.on("GET chat/stream", (request, response) => stage.stream(response).says("Half, as streamed", "a1")) });
  await page.until(shown("Half, as streamed"));
  assert.deepEqual(await page.evaluate(texts), ["First", "Half, as streamed"]);
  the.stage.finish(the.stage.streams[0], answer("a1", "Whole, as stored"));
  await page.until(isIdle);
  assert.deepEqual(await page.evaluate(texts), ["First", "Whole, as stored"]);
});

test("a turn whose words the server no longer has can be stopped, and shows its answer at the end", async () => {
  const page = await the.open({ messages: [user("m1", "First")], status: "streaming" });
  await page.until(`${shown("its earlier words cannot be replayed")} && !document.querySelector("${stop}").disabled`);
  the.stage.on("POST chat/stop", (request, response) => {
    the.stage.json(response, { ok: true, status: "failed", alreadyTerminal: false, stopped: true, workerCancelled: true });
    the.stage.state = { messages: [user("m1", "First"), answer("a1", "So far.")], status: "failed",
      failure: { code: "user_stopped", message: "Stopped.", retryable: true } };
  });
  await page.click(stop);
  await page.until(`${isIdle} && ${shown("So far.")}`);
  assert.ok(!(await page.evaluate(shown("cannot be replayed"))));
});

test("a turn that begins as the last one ends is joined at once", async () => {
  const page = await the.open(undefined, { held: true });
  const stream = await the.begin(page);
  the.stage.on("GET chat/stream", (request, response) => the.stage.stream(response).says("Working for Bo", "a3"));
  the.stage.state.messages = [...the.stage.state.messages, answer("a2", "Half, and the end."), user("m3", "Of Bo", { authorUserId: "u2", authorName: "Bo" })];
  stream.done();
  await page.until(`heldClock.advance(20).then(() => ${shown("Working for Bo")})`);
  assert.ok((await page.evaluate("performance.now()")) < 5_000);
  assert.deepEqual(await page.evaluate(texts), ["First", "Done.", "Second", "Half, and the end.", "Bo\n\nOf Bo", "Working for Bo"]);
});

test("trying again repeats the same message and replaces the failed answer", async () => {
  const page = await the.open({ messages: [user("m1", "First"), answer("a1", "Broken")], status: "failed",
    failure: { code: "unknown", message: "It broke.", retryable: true } });
  await page.click(".failure-row button");
  await the.stage.came("POST chat");
  const body = the.stage.sent();
  assert.deepEqual([body.trigger, body.retryLastMessageId, body.messages.map(({ id }) => id)], ["regenerate-message", "m1", ["m1"]]);
  the.stage.finish(the.stage.streams[0].says("Whole", "a9"), answer("a9", "Whole"));
  await page.until(isIdle);
  assert.deepEqual(await page.evaluate(texts), ["First", "Whole"]);
});

test("a stop that fails says so and can be tried again; one that works keeps what has come", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  the.stage.on("POST chat/stop", (request, response) => the.stage.refuse(response, 500, "unknown", "The stop failed."));
  await page.click(stop);
  await page.until(`${problem} === "The stop failed."`);
  await page.until(`!document.querySelector("${stop}").disabled`);
  the.stage.stopEnds(stream, answer("a2", "Half"));
  await page.click(stop);
  await page.until(isIdle);
  assert.ok(await page.evaluate(`${shown("Half")} && ${shown("Stopped.")}`));
});

test("what is typed is kept over a reload until it is sent", async () => {
  const page = await the.open();
  await page.fill(input, "Not yet sent");
  await page.evaluate("new Promise((resolve) => setTimeout(resolve, 400))");
  const again = await the.another();
  assert.equal(await again.evaluate(box), "Not yet sent");
  await the.begin(again, "Not yet sent");
  const third = await the.another();
  assert.equal(await third.evaluate(box), "");
});
