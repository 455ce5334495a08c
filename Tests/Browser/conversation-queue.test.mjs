// Messages that wait, messages that may have arrived, and conversations that begin anew: in front of a scripted server.

import assert from "node:assert/strict";
import { answer, plan, user } from "./support/stage.mjs";
import { box, click, isIdle, problem, scene, shown, stop, test, told } from "./support/scene.mjs";

const the = scene();
const queued = `[...document.querySelectorAll("[data-testid=queue-item] bdi")].map((item) => item.innerText)`;
const vanish = (request, response) => response.destroy();
const broken = { status: "failed", failure: { code: "unknown", message: "It broke.", retryable: true } };
const said = () => the.stage.state.messages.filter(({ role }) => role === "user").map(({ parts }) => parts[0].text);

/** Begins a new conversation; the run that its first message makes is `r2`. */
async function beginAnew(page) {
  the.stage.on("POST runs", (request, response) => {
    the.stage.state = { messages: [], status: "pending" };
    the.stage.json(response, { id: "r2" });
  });
  await page.evaluate(`document.dispatchEvent(new CustomEvent("second:new-conversation"))`);
  await page.click("dialog [value=do]");
  await page.until("document.querySelectorAll('[data-testid=msg]').length === 0");
}

/** Waits until a message of the queue is there and keeps it waiting: its turn fails. */
async function openWithQueue(...texts) {
  const page = await the.open();
  const stream = await the.begin(page);
  for (const text of texts) await the.say(page, text);
  await page.until(`${queued}.length === ${texts.length}`);
  the.stage.finish(stream, answer("a2", "Half"), broken);
  await page.until(shown("It broke."));
  return page;
}

test("a new conversation makes nothing until something is said in it", async () => {
  const page = await the.open({ messages: told, prompt: "Build a tracker" });
  await beginAnew(page);
  assert.equal(the.stage.count("POST runs"), 0);
  const again = await the.another();
  await again.until(shown("Done."));
  assert.equal(the.stage.count("POST chat"), 0);
  await the.say(page, "Anew");
  await the.stage.came("POST chat");
  assert.deepEqual([the.stage.count("POST runs"), said()], [1, ["Anew"]]);
});

test("only a run with a prompt of its own begins by itself", async () => {
  await the.open({ status: "pending", prompt: "Build a tracker" });
  await the.stage.came("POST chat");
  assert.deepEqual(said(), ["Build a tracker"]);
  const page = await the.open({ status: "pending" });
  await page.evaluate("new Promise((resolve) => setTimeout(resolve, 300))");
  assert.equal(the.stage.count("POST chat"), 0);
});

test("what waited in the old conversation is not sent into the new one, but is in the box", async () => {
  const page = await openWithQueue("Third", "Fourth");
  const other = JSON.stringify({ id: "q0", runID: "r0", text: "Of another run" });
  await page.evaluate(`localStorage.setItem("second:queue:a1", JSON.stringify([${other}, ...JSON.parse(localStorage.getItem("second:queue:a1"))]))`);
  await beginAnew(page);
  assert.deepEqual(await page.evaluate(queued), []);
  assert.equal(await page.evaluate(box), "Third\n\nFourth");
  await the.say(page, "Anew");
  await the.stage.came("POST chat", 2);
  the.stage.finish(the.stage.streams.at(-1).says("Begun", "b1"), answer("b1", "Begun"));
  await page.until(`${isIdle} && ${shown("Begun")}`);
  await page.evaluate("new Promise((resolve) => setTimeout(resolve, 300))");
  assert.deepEqual(said(), ["Anew"]);
  assert.match(await page.evaluate(`localStorage.getItem("second:queue:a1")`), /Of another run/);
});

test("what is said while the new conversation's run is made waits for that run, and stops its turn when it shall go now", async () => {
  const page = await the.open();
  await beginAnew(page);
  const make = the.stage.handlers["POST runs"];
  let late;
  the.stage.on("POST runs", (request, response) => void (late = response));
  let stopped;
  the.stage.on("POST chat/stop", (request, response) => {
    stopped = request.url;
    the.stage.json(response, { ok: true, status: "failed", alreadyTerminal: false, stopped: true, workerCancelled: true });
    the.stage.finish(the.stage.streams.at(-1), null, { status: "failed", failure: { code: "user_stopped", message: "Stopped.", retryable: true } });
  });
  await the.say(page, "Anew");
  await the.stage.came("POST runs");
  await the.say(page, "At once");
  make(null, late);
  await page.until(`${queued}.join() === "At once"`);
  await page.evaluate(click("Send now"));
  await the.stage.came("POST chat", 2);
  assert.match(stopped, /runs\/r2\/chat\/stop$/);
  assert.deepEqual(said(), ["Anew", "At once"]);
});

test("what is said while no run could be made is in the box", async () => {
  const page = await the.open();
  await beginAnew(page);
  let late;
  the.stage.on("POST runs", (request, response) => void (late = response));
  await the.say(page, "Anew");
  await the.stage.came("POST runs");
  await the.say(page, "At once");
  the.stage.refuse(late);
  await page.until(`${problem} === "It did not work." && ${box}.includes("Anew") && ${box}.includes("At once")`);
  assert.deepEqual(await page.evaluate(queued), []);
});

test("a queued message that arrived without an answer is not sent again under another name", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  await the.say(page, "Third");
  await the.say(page, "Fourth");
  await page.until(`${queued}.length === 2`);
  let isTaken = false;
  the.stage.on("POST chat", (request, response, body) => {
    if (!isTaken) the.stage.take(body);
    isTaken = true;
    the.stage.on("GET chat", vanish);
    response.destroy();
  });
  the.stage.finish(stream, answer("a2", "Half"));
  await page.until(`${problem}.includes("did not answer") && ${queued}.join() === "Third,Fourth"`);
  the.stage.state = { ...the.stage.state, status: "completed", messages: [...the.stage.state.messages, answer("a3", "Three")] };
  the.stage.on("POST chat", undefined);
  the.stage.on("GET chat", undefined);
  await page.evaluate(click("Send now"));
  await page.until(`${shown("Three")} && ${queued}.length === 0`);
  await the.stage.came("GET chat");
  await page.until(shown("Fourth"));
  assert.deepEqual(said(), ["First", "Second", "Third", "Fourth"]);
});

test("a message that came back to the box is taken once, unless it was changed", async () => {
  const page = await the.open();
  let isTaken = false;
  the.stage.on("POST chat", (request, response, body) => {
    if (!isTaken) the.stage.take(body);
    isTaken = true;
    the.stage.on("GET chat", vanish);
    response.destroy();
  });
  await the.say(page, "Second");
  await page.until(`${problem}.includes("did not answer") && ${box} === "Second"`);
  the.stage.state = { ...the.stage.state, status: "completed", messages: [...the.stage.state.messages, answer("a2", "Two")] };
  the.stage.on("GET chat", undefined);
  the.stage.on("POST chat", (request, response, body) => {
    const next = the.stage.accept(body, response);
    if (next) the.stage.finish(next.says("Three", "a3"), answer("a3", "Three"));
  });
  await page.press("Enter");
  await page.until(`${isIdle} && ${shown("Two")}`);
  assert.deepEqual([said(), await page.evaluate(box)], [["First", "Second"], ""]);
  the.stage.on("POST chat", (request, response) => the.stage.refuse(response));
  await the.say(page, "Third");
  await page.until(`${box} === "Third"`);
  const refused = the.stage.sent().messages.at(-1).id;
  the.stage.on("POST chat", undefined);
  await the.say(page, "Third and more");
  await page.until(shown("Third and more"));
  await page.until(`${box} === ""`);
  assert.notEqual(the.stage.sent().messages.at(-1).id, refused);
});

test("what shall be sent now before its turn has begun waits for the beginning, and is then stopped for", async () => {
  const page = await the.open();
  let late;
  the.stage.on("POST chat", (request, response, body) => void (late = { response, body }));
  the.stage.on("POST chat/stop", (request, response) => the.stage.json(response, { ok: true, status: "completed", alreadyTerminal: true, stopped: false }));
  await the.say(page, "Second");
  await the.stage.came("POST chat");
  await the.say(page, "Third");
  await page.until(`${queued}.length === 1`);
  await page.evaluate(click("Send now"));
  await page.evaluate("new Promise((resolve) => setTimeout(resolve, 200))");
  the.stage.on("POST chat", undefined);
  const stream = the.stage.accept(late.body, late.response);
  the.stage.stopEnds(stream, null);
  await the.stage.came("POST chat", 2);
  assert.deepEqual(said(), ["First", "Second", "Third"]);
});

test("a stop that came too early is not shown as stopping, and happens once the turn shows itself", async () => {
  const page = await the.open({ messages: [user("m1", "First")], status: "streaming" });
  await page.until(`!document.querySelector("${stop}").disabled`);
  the.stage.on("POST chat/stop", (request, response) => the.stage.json(response, { ok: true, status: "pending", alreadyTerminal: false, stopped: false }));
  await page.click(stop);
  await the.stage.came("POST chat/stop");
  await page.until(`document.querySelector(".composer").dataset.state === "busy"`);
  the.stage.on("POST chat/stop", (request, response) => {
    the.stage.json(response, { ok: true, status: "failed", alreadyTerminal: false, stopped: true, workerCancelled: true });
    the.stage.finish(the.stage.streams[0], answer("a1", "Half"), { status: "failed", failure: { code: "user_stopped", message: "Stopped.", retryable: true } });
  });
  the.stage.on("GET chat/stream", (request, response) => the.stage.stream(response).says("Half", "a1"));
  await the.stage.came("POST chat/stop", 2);
  await page.until(`${isIdle} && ${shown("Stopped.")}`);
});

test("a turn that could not be stopped says so, and what waits is not sent into it", async () => {
  const page = await the.open();
  await the.begin(page);
  the.stage.on("POST chat/stop", (request, response) => the.stage.json(response, { ok: true, status: "streaming", alreadyTerminal: false, stopped: false }));
  await page.click(stop);
  await page.until(`${problem}.includes("could not be stopped") && !document.querySelector("${stop}").disabled`);
  assert.equal(the.stage.count("POST chat/stop"), 1);
});

test("a queued message may be sent now after a turn that failed", async () => {
  const page = await openWithQueue("Third");
  await page.evaluate(click("Send now"));
  await the.stage.came("POST chat", 2);
  assert.deepEqual(said(), ["First", "Second", "Third"]);
});

test("a queued message that shall be sent now while a card waits says what is missing", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  await the.say(page, "Third");
  await page.until(`${queued}.length === 1`);
  the.stage.finish(stream, answer("a2", "Half", plan()));
  await page.until("document.querySelector('[data-testid=plan-card][data-state=waiting]')");
  await page.evaluate(click("Send now"));
  await page.until(`${problem} === "Answer the card first."`);
  assert.deepEqual([await page.evaluate(queued), the.stage.count("POST chat")], [["Third"], 1]);
});
