// Where the focus and the reader are, and stay, while the conversation changes: in a real browser.

import assert from "node:assert/strict";
import { answer, plan, presented, user } from "./support/stage.mjs";
import { box, click, input, isFocused, isIdle, scene, shown, stop, test, told } from "./support/scene.mjs";

const the = scene();
const card = "[data-testid=plan-card][data-state=waiting]";
const press = (page, selector, key = "Enter") => page.evaluate(`document.querySelector(${JSON.stringify(selector)}).focus()`).then(() => page.press(key));
const log = `document.querySelector("[data-testid=transcript]")`;
const long = () => Array.from({ length: 30 }, (_, at) => [user(`m${at}`, `Question ${at}`), answer(`a${at}`, `Answer ${at}\n\nWith a second line.`)]).flat();

test("after Escape twice the turn is stopped and the box has the focus", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  the.stage.stopEnds(stream, answer("a2", "Half"));
  await page.press("Escape");
  assert.ok(await page.evaluate(isFocused(stop)));
  await page.press("Escape");
  await the.stage.came("POST chat/stop");
  await page.until(isIdle);
  assert.ok(await page.evaluate(isFocused(input)));
});

test("after a decision the box has the focus", async () => {
  const page = await the.open({ messages: [user("m1", "First"), answer("a1", "", plan())] });
  await press(page, "[data-testid=approve]");
  await page.until(isFocused(input));
});

test("after a request for changes the box has the focus", async () => {
  const page = await the.open({ messages: [user("m1", "First"), answer("a1", "", plan())] });
  await press(page, "[data-testid=request-changes]");
  await page.type("Fewer");
  await press(page, ".plan-changes [type=submit]");
  await page.until(isFocused(input));
});

test("after a pick the box has the focus", async () => {
  const page = await the.open({ messages: [user("m1", "First"),
    answer("a1", "", presented("s1", "suggestions", { suggestions: [{ title: "A list" }] }))] });
  await press(page, ".suggestion");
  await page.until(isFocused(input));
});

test("after trying again the box has the focus", async () => {
  const page = await the.open({ messages: [user("m1", "First")], status: "failed", failure: { code: "unknown", message: "It broke.", retryable: true } });
  await press(page, ".failure-row button");
  await page.until(isFocused(input));
});

test("an edited message that is left returns the focus to its button, one that is sent to the box", async () => {
  const page = await the.open();
  const edit = '[aria-label="Edit and send again"]';
  await press(page, edit);
  await page.until(isFocused(".msg-edit textarea"));
  await page.press("Escape");
  await page.until(isFocused(edit));
  await page.press("Enter");
  await page.until(isFocused(".msg-edit textarea"));
  await page.type(" and more");
  await press(page, ".msg-edit [type=submit]");
  await page.until(isFocused(input));
});

test("a card that arrives while somebody writes takes the focus itself, not its button", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  await page.evaluate(`document.querySelector("${input}").focus()`);
  await page.type("I was just");
  the.stage.finish(stream, answer("a2", "Half", plan()));
  await page.until(isFocused(card));
  assert.equal(await page.evaluate(box), "I was just");
});

test("deleting queued messages moves the focus to the next, at last to the box", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  for (const text of ["Third", "Fourth", "Fifth"]) await the.say(page, text);
  await page.until("document.querySelectorAll('.queue-item').length === 3");
  await press(page, '.queue-item:nth-child(2) [aria-label="Delete"]');
  await page.until(`${isFocused('.queue-item:nth-child(2) [aria-label="Delete"]')} && document.activeElement.closest("li").innerText.includes("Fifth")`);
  stream.more(" and half");
  await page.evaluate("new Promise((resolve) => setTimeout(resolve, 1300))");
  assert.ok(await page.evaluate(isFocused('.queue-item:nth-child(2) [aria-label="Delete"]')));
  await page.press("Enter");
  await page.until(isFocused('.queue-item:nth-child(1) [aria-label="Delete"]'));
  await page.press("Enter");
  await page.until(isFocused(input));
});

test("what is sent from the queue at once leaves the focus at the box", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  for (const text of ["Third", "Fourth"]) await the.say(page, text);
  await page.until("document.querySelectorAll('.queue-item').length === 2");
  the.stage.stopEnds(stream, answer("a2", "Half"));
  await press(page, ".queue-item:nth-child(2) button");
  await the.stage.came("POST chat", 2);
  await page.until(isFocused(input));
});

test("a focused action of a message keeps the focus when the turn ends", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  await page.evaluate(`document.querySelector('[data-msg-id="m1"] [aria-label="Copy link"]').focus()`);
  the.stage.finish(stream, answer("a2", "Half"));
  await page.until(isIdle);
  assert.ok(await page.evaluate(isFocused('[data-msg-id="m1"] [aria-label="Copy link"]')));
});

test("the conversation that is hidden from the keyboard leaves the focus at the button that shows it", async () => {
  const page = await the.open();
  await page.evaluate(`document.querySelector("${input}").focus()`);
  await page.press("Control+\\");
  await page.until(isFocused('[data-act="toggle-chat"]'));
  await page.press("Control+\\");
  await page.until(isFocused(input));
});

test("the row below the messages changes in place", async () => {
  const page = await the.open(undefined, { held: true });
  await the.begin(page);
  await page.evaluate("void (globalThis.spinner = document.querySelector('.status-row .spinner'))");
  await page.advance(3_000);
  assert.match(await page.text(".status-row"), /3 s/);
  assert.ok(await page.evaluate("spinner.isConnected"));
});

test("opened details and a focused button of a failure outlive a refresh", async () => {
  const page = await the.open({ messages: told, status: "failed", failure: { code: "unknown", message: "It broke.", retryable: true, occurredAt: "1" } });
  await page.evaluate(`document.querySelector(".failure-row summary").click(); document.querySelector(".failure-row button").focus(); dispatchEvent(new Event("focus"))`);
  await the.stage.came("GET chat");
  await page.evaluate("new Promise((resolve) => setTimeout(resolve, 200))");
  assert.ok(await page.evaluate(`document.querySelector(".failure-row details").open && ${isFocused(".failure-row button")}`));
});

test("the end is followed by those who are near it; the others are offered a way back and keep their place", async () => {
  const page = await the.open({ messages: long() });
  const distance = `${log}.scrollHeight - ${log}.scrollTop - ${log}.clientHeight`;
  const stream = await the.begin(page);
  let line = 0;
  // Words come all the time, as fast as the reader scrolls.
  const words = setInterval(() => stream.more(`\n\nLine ${(line += 1)}`), 20);
  try {
    await page.until(`${shown("Line 40")} && ${distance} < 80`);
    // A single turn of the wheel, less than the 80 px, is enough.
    await page.wheel("[data-testid=transcript]", -60);
    await page.until(`${distance} > 300 && document.querySelector(".jump").checkVisibility()`);
    await page.wheel("[data-testid=transcript]", -400);
    await page.until(`${distance} > 700`);
    // The wheel rolls out.
    await page.until(`(async () => {
      const top = ${log}.scrollTop;
      await new Promise((resolve) => setTimeout(resolve, 500));
      return ${log}.scrollTop === top;
    })()`);
    const top = await page.evaluate(`${log}.scrollTop`);
    const after = line + 20;
    await page.until(shown(`Line ${after}`));
    assert.equal(await page.evaluate(`${log}.scrollTop`), top);
    await page.click(".jump");
    await page.until(`${distance} < 80 && !document.querySelector(".jump").checkVisibility()`);
    const last = line + 20;
    await page.until(`${shown(`Line ${last}`)} && ${distance} < 80`);
  } finally {
    clearInterval(words);
  }
});

test("a card that waits is scrolled to wherever the reader is", async () => {
  const page = await the.open({ messages: long() });
  const stream = await the.begin(page);
  await page.wheel("[data-testid=transcript]", -2000);
  await page.until(`${log}.scrollHeight - ${log}.scrollTop > 2000`);
  the.stage.finish(stream, answer("a2", "Half", plan()));
  await page.until(`(() => {
    const button = document.querySelector("[data-testid=approve]")?.getBoundingClientRect();
    const place = ${log}.getBoundingClientRect();
    return button && button.bottom <= place.bottom + 1 && button.top >= place.top;
  })()`);
});

test("messages that come take nothing away above them, nor the box of one that is being changed", async () => {
  const page = await the.open({ messages: long() });
  await press(page, '[data-msg-id="m5"] [aria-label="Edit and send again"]');
  await page.until(isFocused(".msg-edit textarea"));
  await page.type(" and more");
  the.stage.state = { ...the.stage.state, status: "streaming", messages: [...long(), user("m30", "Of Bo", { authorUserId: "u2", authorName: "Bo" })] };
  the.stage.on("GET chat/stream", (request, response) => the.stage.stream(response).says("Working for Bo", "a30"));
  await page.evaluate("dispatchEvent(new Event('focus'))");
  // Far below what is in view.
  await page.until(`document.querySelector('[data-msg-id="a30"]')?.textContent.includes("Working for Bo")`);
  assert.equal(await page.evaluate("document.querySelector('[data-testid=msg]').dataset.msgId"), "m5");
  assert.equal(await page.evaluate("document.querySelector('.msg-edit textarea').value"), "Question 5 and more");
  assert.equal(await page.evaluate(box), "");
});

test("what happens is read out while the conversation is hidden", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  await page.press("Control+\\");
  await page.until(`!document.querySelector("#app-chat").checkVisibility()`);
  const status = `document.querySelector("[data-part=announcer]")`;
  assert.equal(await page.evaluate(`${status}.innerText`), "The builder is working.");
  the.stage.finish(stream, answer("a2", "Half"));
  await page.until(`${status}.innerText === "The builder is done."`);
  assert.ok(await page.evaluate(`${status}.closest("[hidden]") === null`));
});

const row = (id) => `[data-part="${id}"]`;
const read = (stream, id) => stream.send({ type: "tool-input-available", toolCallId: id, toolName: "Read", input: { file_path: `src/${id}.ts` }, dynamic: true },
  { type: "tool-output-available", toolCallId: id, output: "text", dynamic: true });
const isFolded = (id) => `document.querySelector('${row(id)}').closest(".quiet-run") !== null`;

test("rows that somebody opened or is in are not folded under their hands", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  read(read(stream, "r1"), "r2");
  await page.until(`document.querySelector('${row("r2")}')`);
  await page.evaluate(`document.querySelector('${row("r1")} summary').focus()`);
  read(stream, "r3");
  await page.until(`document.querySelector('${row("r3")}')`);
  assert.ok(await page.evaluate(`${isFocused(`${row("r1")} summary`)} && !(${isFolded("r1")})`));
  await page.press("Enter");
  await page.evaluate(`document.querySelector("${input}").focus()`);
  read(stream, "r4");
  await page.until(`document.querySelector('${row("r4")}')`);
  assert.ok(await page.evaluate(`document.querySelector('${row("r1")} details').checkVisibility() && !(${isFolded("r1")})`));
  await page.evaluate(`document.querySelector('${row("r1")} summary').click()`);
  read(stream, "r5");
  await page.until(`${isFolded("r1")} && ${isFolded("r5")}`);
  read(stream, "r6");
  await page.until(isFolded("r6"));
  assert.match(await page.text(".quiet-run summary"), /Looked at 6 files/);
});

test("a failed build that was closed stays closed", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  const build = { toolCallId: "b1", toolName: "mcp__second__done_building", input: {}, errorText: "It does not compile." };
  stream.send({ type: "tool-input-available", ...build, dynamic: true }, { type: "tool-output-error", ...build, dynamic: true });
  await page.until(`document.querySelector('${row("b1")} details').open`);
  await page.evaluate(`document.querySelector('${row("b1")} summary').click()`);
  the.stage.finish(stream, answer("a2", "Half", { type: "dynamic-tool", state: "output-error", ...build }));
  await page.until(isIdle);
  assert.equal(await page.evaluate(`document.querySelector('${row("b1")} details').open`), false);
});

test("a tool that a stop cut short did not fail", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  const calls = ["It does not compile.", "Stopped."].map((errorText, index) => ({ toolCallId: `w${index}`, toolName: "Write", input: {}, errorText }));
  for (const call of calls) stream.send({ type: "tool-input-available", ...call, dynamic: true }, { type: "tool-output-error", ...call, dynamic: true });
  await page.until(`document.querySelector('${row("w1")} .badge')`);
  const badge = (id) => page.evaluate(`document.querySelector('${row(id)} .badge').textContent + document.querySelector('${row(id)} .badge').classList.contains("bad")`);
  assert.equal(await badge("w0"), "failedtrue");
  assert.equal(await badge("w1"), "stoppedfalse");
});

test("a long conversation shows its last fifty messages, and older ones without moving what is read", async () => {
  const page = await the.open({ messages: long() });
  assert.equal(await page.evaluate("document.querySelectorAll('[data-testid=msg]').length"), 50);
  const top = `document.querySelector('[data-msg-id="m6"]').getBoundingClientRect().top`;
  await page.wheel("[data-testid=transcript]", -20_000);
  await page.until(`${log}.scrollTop === 0`);
  await page.evaluate("new Promise((resolve) => setTimeout(resolve, 300))");
  const before = await page.evaluate(top);
  await page.evaluate(click("Show earlier messages"));
  await page.until("document.querySelectorAll('[data-testid=msg]').length === 60");
  await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
  assert.ok(Math.abs((await page.evaluate(top)) - before) < 2);
});
