// What a person typed or decided is never lost: in a real browser, in front of a server that refuses and comes too late.

import assert from "node:assert/strict";
import { answer, plan, presented, user } from "./support/stage.mjs";
import { box, click, input, isFocused, isIdle, problem, scene, shown, stop, test, told } from "./support/scene.mjs";

const the = scene();
const waiting = () => [user("m1", "First"), answer("a1", "", plan())];
const card = "[data-testid=plan-card][data-state=waiting]";
const editor = `document.querySelector(".msg-edit textarea")`;
const queued = `[...document.querySelectorAll("[data-testid=queue-item] bdi")].map((item) => item.innerText)`;
const refuse = (request, response) => the.stage.refuse(response, 500, "unknown", "It did not work.");
const vanish = (request, response) => response.destroy();
const reject = (text) => (request, response) => the.stage.reject(response, "stale_input", text);

for (const [how, handler, reason] of [["is refused", refuse, "It did not work."], ["gets no answer", vanish, "did not answer"],
  ["is rejected by the claim", reject("This conversation has moved on."), "moved on"]]) {
  test(`a message that ${how} is back in the box, before what was typed since`, async () => {
    const page = await the.open();
    let late;
    the.stage.on("POST chat", (request, response) => void (late = response));
    await the.say(page, "Second");
    await the.stage.came("POST chat");
    await page.fill(input, "Typed since");
    // A browser may send again by itself what broke off.
    the.stage.on("POST chat", handler);
    handler(null, late);
    await page.until(`${problem}.includes("${reason}")`);
    assert.equal(await page.evaluate(box), "Second\n\nTyped since");
    await page.until(isIdle);
    assert.ok(!(await page.evaluate(shown("Second"))));
  });

  test(`a request for changes that ${how} stays in its card`, async () => {
    const page = await the.open({ messages: waiting() });
    the.stage.on("POST chat", handler);
    await page.click("[data-testid=request-changes]");
    await page.type("Fewer features");
    await page.evaluate(click("Send changes"));
    await page.until(`document.querySelector("${card} .field-error")?.innerText.includes("${reason}")`);
    assert.equal(await page.evaluate(`document.querySelector("${card} .plan-changes textarea").value`), "Fewer features");
    assert.ok(await page.evaluate(`document.activeElement.closest("${card}") !== null`));
    the.stage.on("POST chat", undefined);
    const calls = the.stage.count("POST chat");
    await page.evaluate(click("Send changes"));
    await the.stage.came("POST chat", calls + 1);
    assert.equal(the.stage.sent().messages.at(-1).parts[0].text, "Fewer features");
  });

  test(`an edited message that ${how} is in its editor again`, async () => {
    const page = await the.open();
    the.stage.on("POST chat", handler);
    await page.evaluate(click("Edit and send again"));
    await page.type(" and more");
    await page.press("Enter");
    await page.until(`document.querySelector(".msg-edit .field-error")?.innerText.includes("${reason}")`);
    assert.equal(await page.evaluate(`${editor}.value`), "First and more");
    await page.until(shown("Done."));
    the.stage.on("POST chat", undefined);
    await page.press("Enter");
    await page.until(`${shown("First and more")} && !document.querySelector(".msg-edit")`);
  });
}

test("changed and removed features of a plan outlive an approval that failed", async () => {
  const page = await the.open({ messages: waiting() });
  the.stage.on("POST chat", refuse);
  await page.evaluate(`document.querySelector("${card} summary").click()`);
  await page.fill(`${card} .plan-edit`, "Shows all, with filters.");
  await page.evaluate(click("Leave History out"));
  await page.click("[data-testid=approve]");
  await page.until(`document.querySelector("${card} .field-error")`);
  the.stage.on("POST chat", undefined);
  await page.click("[data-testid=approve]");
  await the.stage.came("POST chat", 2);
  const text = the.stage.sent().messages.at(-1).parts[0].text;
  assert.match(text, /Leave out: History\./);
  assert.match(text, /- List: Shows all, with filters\./);
});

test("a turn of somebody else leaves the message that is being edited alone", async () => {
  const page = await the.open();
  await page.evaluate(click("Edit and send again"));
  await page.type(" and more");
  the.stage.state = { ...the.stage.state, status: "streaming", messages: [...told, user("m2", "Of Bo", { authorUserId: "u2", authorName: "Bo" })] };
  the.stage.on("GET chat/stream", (request, response) => the.stage.stream(response).says("Working for Bo", "a2"));
  await page.evaluate("dispatchEvent(new Event('focus'))");
  await page.until(shown("Working for Bo"));
  await page.press("Enter");
  await page.until(`document.querySelector(".msg-edit .field-error")?.innerText.includes("is working")`);
  assert.equal(await page.evaluate(`${editor}.value`), "First and more");
  the.stage.on("GET chat/stream", undefined);
  the.stage.finish(the.stage.streams[0], answer("a2", "Working for Bo"));
  await page.until(isIdle);
  await page.press("Enter");
  await the.stage.came("POST chat");
  assert.equal(the.stage.sent().messages.at(-1).parts[0].text, "First and more");
});

test("the text of a message that somebody dropped while it was edited is in the box", async () => {
  const page = await the.open({ messages: [...told, user("m2", "Second"), answer("a2", "Done too.")] });
  await page.evaluate(`document.querySelector('[data-msg-id="m2"] [aria-label="Edit and send again"]').click()`);
  await page.type(" and more");
  the.stage.state.messages = [user("m1", "Changed"), answer("a9", "Other.")];
  await page.evaluate("dispatchEvent(new Event('focus'))");
  await page.until(shown("Other."));
  assert.equal(await page.evaluate(box), "Second and more");
});

test("a late click on a card that somebody decided says so and shows the decision", async () => {
  const page = await the.open({ messages: waiting() });
  the.stage.state.messages = [...waiting(), user("m2", "I approve.", { authorUserId: "u2", authorName: "Bo",
    decision: { toolCallId: "plan-1", verdict: "approved" } }), answer("a2", "Built.")];
  the.stage.on("POST chat", reject("This conversation has moved on."));
  await page.click("[data-testid=request-changes]");
  await page.type("Fewer features");
  await page.evaluate(click("Send changes"));
  await page.until(`${problem} === "Bo has already decided about this card."`);
  assert.ok(await page.evaluate(shown("by Bo")));
  assert.equal(await page.evaluate(box), "Fewer features");
});

test("a picked suggestion that fails can be picked again", async () => {
  const page = await the.open({ messages: [user("m1", "First"),
    answer("a1", "", presented("s1", "suggestions", { suggestions: [{ title: "A list", subtitle: "of things" }] }))] });
  the.stage.on("POST chat", refuse);
  await page.click(".suggestion");
  await page.until(`document.querySelector(".suggestions .field-error")?.innerText === "It did not work."`);
  the.stage.on("POST chat", undefined);
  await page.click(".suggestion");
  await the.stage.came("POST chat", 2);
  assert.equal(the.stage.sent().messages.at(-1).metadata.decision.verdict, "picked");
});

test("messages queue while a turn runs, survive a reload and go in order", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  await the.say(page, "Third");
  await the.say(page, "Fourth");
  await page.until(`${queued}.length === 2`);
  await the.stage.close(the.pages.pop());
  the.stage.on("GET chat/stream", (request, response) => the.stage.stream(response).says("Half", "a2"));
  const again = await the.another();
  await again.until(`${queued}.join() === "Third,Fourth"`);
  await again.until(shown("Half"));
  the.stage.on("GET chat/stream", undefined);
  stream.cut();
  the.stage.finish(the.stage.streams[1], answer("a2", "Half"));
  await the.stage.came("POST chat", 2);
  assert.equal(the.stage.sent().messages.at(-1).parts[0].text, "Third");
  the.stage.finish(the.stage.streams[2].says("Three", "a3"), answer("a3", "Three"));
  await the.stage.came("POST chat", 3);
  assert.equal(the.stage.sent().messages.at(-1).parts[0].text, "Fourth");
});

test("of two tabs one sends the next queued message, and each message goes once", async () => {
  const page = await the.open();
  await the.begin(page);
  the.stage.on("GET chat/stream", (request, response) => {
    if (the.stage.state.status !== "streaming") return response.writeHead(204).end();
    the.stage.stream(response).says("Half, joined", `a${the.stage.state.messages.length}`);
  });
  const other = await the.another();
  await other.until(shown("Half"));
  await the.say(page, "Third");
  await the.say(page, "Fourth");
  await other.until(`${queued}.length === 2`);
  the.stage.on("POST chat", (request, response, body) => {
    const stream = the.stage.accept(body, response);
    if (!stream) return;
    const id = `a${body.messages.length}`;
    the.stage.hint("run.starting");
    setTimeout(() => the.stage.finish(stream.says("Next", id), answer(id, "Next")), 1000);
  });
  const begun = Date.now();
  the.stage.state = { ...the.stage.state, status: "completed", messages: [...the.stage.state.messages, answer("a2", "Half")] };
  for (const stream of [...the.stage.streams]) stream.done();
  await the.stage.came("POST chat", 3);
  for (const tab of [page, other]) await tab.until(`${isIdle} && ${queued}.length === 0 && ${shown("Fourth")}`);
  // Two turns of a second; nobody waits for one that is over.
  assert.ok(Date.now() - begun < 8_000, `${Date.now() - begun} ms`);
  const sent = the.stage.state.messages.filter(({ role }) => role === "user").map(({ parts }) => parts[0].text);
  assert.deepEqual(sent, ["First", "Second", "Third", "Fourth"]);
  for (const tab of [page, other]) assert.equal(await tab.evaluate(box), "");
});

test("a queued message that was refused stands first in the queue again", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  await the.say(page, "Third");
  await the.say(page, "Fourth");
  await page.until(`${queued}.length === 2`);
  the.stage.on("POST chat", refuse);
  the.stage.finish(stream, answer("a2", "Half"));
  await the.stage.came("POST chat", 2);
  await page.until(`${problem} === "It did not work."`);
  await page.until(`${queued}.join() === "Third,Fourth"`);
  assert.equal(await page.evaluate(box), "");
});

test("the queue waits after a failure and while a card waits", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  await the.say(page, "Third");
  await page.until(`${queued}.length === 1`);
  the.stage.finish(stream, null, { status: "failed", failure: { code: "unknown", message: "It broke.", retryable: true } });
  await page.until(shown("It broke."));
  the.stage.on("POST chat", (request, response, body) => {
    const next = the.stage.accept(body, response);
    the.stage.finish(next.says("Look", "a3"), answer("a3", "Look", plan()));
  });
  await page.click(".failure-row button");
  await page.until(`document.querySelector("${card}")`);
  await page.evaluate("new Promise((resolve) => setTimeout(resolve, 300))");
  assert.deepEqual(await page.evaluate(queued), ["Third"]);
  assert.equal(the.stage.count("POST chat"), 2);
});

test("a queued message that is edited comes before what is being typed, and can be sent now", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  await the.say(page, "Third");
  await the.say(page, "Fourth");
  await page.until(`${queued}.join() === "Third,Fourth"`);
  await page.fill(input, "Being typed");
  await page.evaluate(click("Edit"));
  await page.until(`${box} === "Third\\n\\nBeing typed"`);
  await page.until(`${queued}.join() === "Fourth"`);
  the.stage.stopEnds(stream, answer("a2", "Half"));
  await page.evaluate(click("Send now"));
  await the.stage.came("POST chat", 2);
  assert.equal(the.stage.sent().messages.at(-1).parts[0].text, "Fourth");
});

test("a new conversation is empty, belongs to the same app and takes the next message", async () => {
  const page = await the.open();
  the.stage.on("POST runs", (request, response) => {
    the.stage.state = { messages: [], status: "pending" };
    the.stage.json(response, { id: "r2" });
  });
  let address;
  the.stage.on("POST chat", (request, response, body) => {
    address = request.url;
    the.stage.accept(body, response);
  });
  await page.evaluate(`document.dispatchEvent(new CustomEvent("second:new-conversation"))`);
  await page.click("dialog [value=do]");
  await page.until(`document.querySelectorAll("[data-testid=msg]").length === 0 && ${isFocused(input)}`);
  await page.type("Anew");
  await page.press("Enter");
  await the.stage.came("POST chat");
  assert.match(address, /runs\/r2\/chat$/);
  assert.equal(the.stage.sent().messages.length, 1);
});

const fixes = (count) => [user("m0", "Start"), answer("a0", "Ok."), user("m1", "Make it blue", { revisionId: "rev-1" }), answer("a1", "Blue."),
  ...Array.from({ length: count }, (_, at) => [user(`f${at}`, "The preview shows an error. Fix it."), answer(`b${at}`, "Tried.")]).flat()];
const fix = `document.dispatchEvent(new CustomEvent("second:fix", { detail: { text: "The preview shows an error. Again." } }))`;

test("the builder is asked twice to fix the same thing, then going back is offered", async () => {
  const page = await the.open({ messages: fixes(2) });
  the.stage.on("POST versions/rev-1/restore", (request, response) => the.stage.json(response, {}));
  await page.evaluate(fix);
  await page.until(`document.querySelector("dialog[open]").innerText.includes("2 times")`);
  assert.equal(await page.evaluate("document.activeElement.innerText"), "Cancel");
  await page.click("dialog [value=back]");
  await the.stage.came("POST versions/rev-1/restore");
  assert.equal(the.stage.count("POST chat"), 0);
  await page.evaluate(fix);
  await page.until("document.querySelector('dialog[open]')");
  await page.press("Escape");
  await page.until("!document.querySelector('dialog[open]')");
  assert.equal(the.stage.count("POST chat"), 0);
  await page.evaluate(fix);
  await page.click("dialog [value=again]");
  await the.stage.came("POST chat");
});

test("up to two fixes in a row are sent at once", async () => {
  const page = await the.open({ messages: fixes(1) });
  await page.evaluate(fix);
  await the.stage.came("POST chat");
});

test("stop is offered only once something has come", async () => {
  const page = await the.open();
  await the.say(page, "Second");
  await the.stage.came("POST chat");
  assert.equal(await page.evaluate(`document.querySelector("${stop}").disabled`), true);
  the.stage.streams[0].says("Half", "a2");
  await page.until(`!document.querySelector("${stop}").disabled`);
});

test("a queued message that is edited after a reload keeps its files, which are not sent again", async () => {
  const page = await the.open({ messages: told, status: "failed", failure: { code: "unknown", message: "It broke.", retryable: true } });
  const file = { id: "f1", name: "list.csv", mediaType: "text/csv", size: 3 };
  await page.evaluate(`localStorage.setItem("second:queue:a1", ${JSON.stringify(JSON.stringify([{ id: "q1", text: "Third", attachments: [file] }]))})`);
  await the.stage.close(the.pages.pop());
  const again = await the.another();
  await again.until(`${queued}.join() === "Third"`);
  await again.evaluate(click("Edit"));
  await again.until(`${box} === "Third" && document.querySelector("[data-testid=attachment]").innerText.includes("list.csv")`);
  await again.press("Enter");
  await the.stage.came("POST chat");
  assert.deepEqual(the.stage.sent().messages.at(-1).metadata.attachments, [file]);
  assert.equal(the.stage.count("POST attachments"), 0);
});

test("files of a message that was refused are in the box again, and are uploaded once", async () => {
  const page = await the.open();
  const file = { id: "f1", name: "list.csv", mediaType: "text/csv", size: 3 };
  // Slow enough for the closed box to lose the focus.
  the.stage.on("POST attachments", (request, response) => setTimeout(() => the.stage.json(response, { attachments: [file] }), 400));
  the.stage.on("POST chat", refuse);
  await page.evaluate(`{
    const files = new DataTransfer();
    files.items.add(new File(["a,b"], "list.csv", { type: "text/csv" }));
    const picker = document.querySelector(".composer input[type=file]");
    picker.files = files.files;
    picker.dispatchEvent(new Event("change"));
  }`);
  await the.say(page, "Third");
  await page.until(`${problem} === "It did not work."`);
  assert.ok(await page.evaluate(`document.querySelectorAll("[data-testid=attachment]").length === 1 && ${box} === "Third"`));
  assert.ok(await page.evaluate(isFocused(input)));
  the.stage.on("POST chat", undefined);
  await page.press("Enter");
  await the.stage.came("POST chat", 2);
  assert.deepEqual(the.stage.sent().messages.at(-1).metadata.attachments, [file]);
  assert.equal(the.stage.count("POST attachments"), 1);
});
