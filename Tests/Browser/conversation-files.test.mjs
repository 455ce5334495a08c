// Files that are attached to a message while it is on its way: in a real browser.

import assert from "node:assert/strict";
import { box, input, isIdle, problem, scene, shown, stop, test } from "./support/scene.mjs";

const the = scene();
const tiles = `[...document.querySelectorAll("[data-testid=attachment] .attachment-text > .truncate")].map((tile) => tile.innerText)`;
const reference = (name) => ({ id: `id-${name}`, name, mediaType: "text/csv", size: 3 });

/** Uploads answer only when told to; `names` of each are those of its form. */
function holdUploads() {
  const held = [];
  the.stage.on("POST attachments", (request, response) => held.push(response));
  return {
    release: (...names) => the.stage.json(held.shift(), { attachments: names.map(reference) }),
  };
}

const attach = (page, ...names) => page.evaluate(`{
  const files = new DataTransfer();
  for (const name of ${JSON.stringify(names)}) files.items.add(new File(["a,b"], name, { type: "text/csv" }));
  const picker = document.querySelector(".composer input[type=file]");
  picker.files = files.files;
  picker.dispatchEvent(new Event("change"));
}`);
const drop = (page, name) => page.evaluate(`{
  const files = new DataTransfer();
  files.items.add(new File(["a,b"], ${JSON.stringify(name)}, { type: "text/csv" }));
  for (const type of ["dragenter", "drop"]) document.body.dispatchEvent(new DragEvent(type, { dataTransfer: files, bubbles: true, cancelable: true }));
}`);
const remove = (page, name) => page.evaluate(`document.querySelector('[aria-label="Remove ${name}"]').click()`);

test("files on their way beside a turn leave Stop and the box as they are", async () => {
  const page = await the.open();
  const stream = await the.begin(page);
  const uploads = holdUploads();
  await attach(page, "a.csv");
  await the.say(page, "Third");
  await the.stage.came("POST attachments");
  assert.ok(await page.evaluate(`(() => {
    const stop = document.querySelector("${stop}");
    return stop.checkVisibility() && !stop.disabled && !document.querySelector("${input}").disabled;
  })()`));
  await page.press("Enter");
  uploads.release("a.csv");
  await page.until(`document.querySelectorAll("[data-testid=queue-item]").length === 1 && ${box} === ""`);
  the.stage.finish(stream, null);
  await the.stage.came("POST chat", 2);
  assert.deepEqual(the.stage.sent().messages.at(-1).metadata.attachments, [reference("a.csv")]);
  assert.equal(the.stage.count("POST attachments"), 1);
});

test("of the files on their way those are sent that stand there at the end", async () => {
  const page = await the.open();
  const uploads = holdUploads();
  await attach(page, "a.csv", "b.csv");
  await the.say(page, "Second");
  await the.stage.came("POST attachments");
  await remove(page, "a.csv");
  await attach(page, "c.csv");
  uploads.release("a.csv", "b.csv");
  await the.stage.came("POST attachments", 2);
  assert.equal(the.stage.count("POST chat"), 0);
  uploads.release("c.csv");
  await the.stage.came("POST chat");
  assert.deepEqual(the.stage.sent().messages.at(-1).metadata.attachments, [reference("b.csv"), reference("c.csv")]);
  await page.until(shown("Second"));
  assert.deepEqual(await page.evaluate(tiles), []);
});

test("a file that was removed on its way is not sent, and the message goes without it", async () => {
  const page = await the.open();
  const uploads = holdUploads();
  await attach(page, "a.csv");
  await the.say(page, "Second");
  await the.stage.came("POST attachments");
  await remove(page, "a.csv");
  uploads.release("a.csv");
  await the.stage.came("POST chat");
  assert.equal(the.stage.sent().messages.at(-1).metadata.attachments, undefined);
});

test("an upload that loses files is a failure, and can be tried again", async () => {
  const page = await the.open();
  const uploads = holdUploads();
  await attach(page, "a.csv");
  await the.say(page, "Second");
  await the.stage.came("POST attachments");
  uploads.release();
  await page.until(`${problem}.includes("did not all arrive") && ${isIdle}`);
  assert.equal(await page.evaluate(box), "Second");
  await page.press("Enter");
  await the.stage.came("POST attachments", 2);
  uploads.release("a.csv");
  await the.stage.came("POST chat");
});

test("while the box is closed nothing can be dropped into it", async () => {
  const page = await the.open();
  const uploads = holdUploads();
  await attach(page, "a.csv");
  await the.say(page, "Second");
  await the.stage.came("POST attachments");
  await page.until(`document.querySelector("${input}").disabled`);
  await drop(page, "b.csv");
  assert.deepEqual(await page.evaluate(tiles), ["a.csv"]);
  assert.ok(await page.evaluate("document.querySelector('.drop-veil').hidden"));
  uploads.release("a.csv");
  await the.stage.came("POST chat");
  the.stage.finish(the.stage.streams[0].says("Two", "a2"), null);
  await page.until(isIdle);
  await drop(page, "b.csv");
  assert.deepEqual(await page.evaluate(tiles), ["b.csv"]);
});
