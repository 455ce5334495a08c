// What the tests of the conversation have in common: a stage for the file, a page for the test, and its words.

import assert from "node:assert/strict";
import nodeTest, { after, afterEach, before } from "node:test";
import { missing } from "./chromium.mjs";
import { Stage, answer, user } from "./stage.mjs";

export const input = "[data-testid=composer-input]";
export const stop = "[data-testid=composer-stop]";
export const shown = (text) => `document.querySelector("[data-testid=transcript]").innerText.includes(${JSON.stringify(text)})`;
export const isIdle = `document.querySelector(".composer").dataset.state === "ready"`;
export const box = `document.querySelector(${JSON.stringify(input)}).value`;
export const problem = `document.querySelector(".composer-error").textContent`;
export const isFocused = (selector) => `document.activeElement?.matches(${JSON.stringify(selector)})`;
export const click = (label) => `[...document.querySelectorAll("button")].find((one) =>
  (one.getAttribute("aria-label") ?? one.innerText.trim()) === ${JSON.stringify(label)} && one.checkVisibility()).click()`;
export const told = [user("m1", "First"), answer("a1", "Done.")];

export const test = (name, run) => nodeTest(name, { skip: missing }, run);

export function scene() {
  const scene = { stage: null, pages: [] };
  before(async () => {
    if (!missing) scene.stage = await Stage.start();
  });
  after(() => scene.stage?.end());
  afterEach(async () => {
    const pages = scene.pages.splice(0);
    const faults = pages.flatMap((page) => page.faults);
    for (const page of pages) await scene.stage.close(page);
    assert.deepEqual(faults, []);
  });
  /** Another page of the same browser. */
  scene.another = async (options) => {
    const page = await scene.stage.open(options);
    scene.pages.push(page);
    return page;
  };
  scene.open = async (state = { messages: told }, options = {}) => {
    await scene.stage.reset(state);
    options.before?.(scene.stage);
    return scene.another(options);
  };
  scene.say = async (page, text) => {
    await page.fill(input, text);
    await page.press("Enter");
  };
  /** Sends a message and lets the answer begin. */
  scene.begin = async (page, text = "Second", words = "Half") => {
    await scene.say(page, text);
    await scene.stage.came("POST chat");
    scene.stage.streams.at(-1).says(words, "a2");
    await page.until(shown(words));
    return scene.stage.streams.at(-1);
  };
  return scene;
}
