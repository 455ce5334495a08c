// A headless Chromium over its debugging pipe. It ends with this process, however that ends.

import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export const patience = 30_000;

const isInstalled = (process.env.PATH ?? "").split(delimiter).some((folder) => {
  try {
    accessSync(join(folder, "chromium"), constants.X_OK);
    return true;
  } catch {
    return false;
  }
});

/** Why tests are skipped at a desk without Chromium, or false; where `CI` is set they fail. */
export const missing = !isInstalled && !process.env.CI && "chromium is not installed";

export class Chromium {
  static async start() {
    const folder = await mkdtemp(join(tmpdir(), "second-browser-"));
    const process = spawn("chromium", [
      // Chromium refuses its own sandbox to the superuser, who runs the tests in containers.
      "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
      "--disable-background-networking", "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
      "--disable-backgrounding-occluded-windows", "--remote-debugging-pipe", `--user-data-dir=${folder}`, "about:blank",
    ], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    const browser = new Chromium(process, folder);
    await browser.send("Browser.getVersion");
    return browser;
  }

  constructor(process, folder) {
    this.process = process;
    this.folder = folder;
    this.count = 0;
    this.waiting = new Map();
    this.listeners = new Map();
    this.ended = new Promise((resolve) => process.once("exit", resolve));
    process.once("error", (error) => this.#fail(error));
    process.once("exit", () => this.#fail(new Error("chromium has ended")));
    process.stdio[3].on("error", () => {});
    let rest = [];
    process.stdio[4].on("data", (bytes) => {
      for (let end; (end = bytes.indexOf(0)) >= 0; bytes = bytes.subarray(end + 1)) {
        this.#hear(JSON.parse(Buffer.concat([...rest, bytes.subarray(0, end)]).toString()));
        rest = [];
      }
      rest.push(bytes);
    });
  }

  send(method, params = {}, sessionId) {
    const id = (this.count += 1);
    return new Promise((resolve, reject) => {
      if (this.failure) return reject(this.failure);
      this.waiting.set(id, { resolve, reject, method });
      this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  /** `handler(params)` hears the events of a session. */
  on(sessionId, method, handler) {
    this.listeners.set(`${sessionId} ${method}`, handler);
  }

  #hear(message) {
    if (message.id === undefined) return this.listeners.get(`${message.sessionId} ${message.method}`)?.(message.params);
    const call = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.error) call?.reject(new Error(`${call.method}: ${message.error.message}`));
    else call?.resolve(message.result);
  }

  #fail(error) {
    this.failure ??= error;
    for (const call of this.waiting.values()) call.reject(this.failure);
    this.waiting.clear();
  }

  async open() {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId, targetId);
    await page.prepare();
    return page;
  }

  async end() {
    await this.send("Browser.close").catch(() => {});
    await Promise.race([this.ended, new Promise((resolve) => setTimeout(resolve, 5000).unref())]);
    this.process.kill("SIGKILL");
    await rm(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

const codes = { Tab: 9, Enter: 13, Escape: 27, " ": 32, End: 35, Home: 36, ArrowLeft: 37, ArrowUp: 38, ArrowRight: 39, ArrowDown: 40,
  Delete: 46, "\\": 220 };
const modifierBits = { Alt: 1, Control: 2, Meta: 4, Shift: 8 };

export class Page {
  constructor(browser, sessionId, targetId) {
    Object.assign(this, { browser, sessionId, targetId, faults: [] });
  }

  send(method, params) {
    return this.browser.send(method, params, this.sessionId);
  }

  async prepare() {
    this.browser.on(this.sessionId, "Runtime.exceptionThrown", ({ exceptionDetails }) => {
      this.faults.push(exceptionDetails.exception?.description ?? exceptionDetails.text);
    });
    await this.send("Page.enable");
    await this.send("Runtime.enable");
    // Every page counts as the one in front.
    await this.send("Emulation.setFocusEmulationEnabled", { enabled: true });
    await this.send("Emulation.setDeviceMetricsOverride", { width: 1200, height: 800, deviceScaleFactor: 1, mobile: false });
  }

  /** From the next navigation on, time stands still until `advance` moves it. */
  async holdTime() {
    this.clock = (await this.send("Page.addScriptToEvaluateOnNewDocument", { source: `(${heldClock})()` })).identifier;
  }

  /** Leaves what is shown and everything that belonged to it. */
  async leave() {
    if (this.clock) await this.send("Page.removeScriptToEvaluateOnNewDocument", { identifier: this.clock });
    this.clock = null;
    this.faults = [];
    await this.send("Page.navigate", { url: "about:blank" });
    await this.until("location.href === 'about:blank'");
  }

  advance(milliseconds) {
    return this.evaluate(`heldClock.advance(${milliseconds})`);
  }

  async go(address) {
    await this.send("Page.navigate", { url: address });
    await this.until(`location.href === ${JSON.stringify(address)} && document.readyState === "complete" && globalThis.isMounted === true`);
  }

  /** The value of an expression, awaited. */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Runs a function in the page with these arguments, which are JSON; what is no plain value of its answer is `true`. */
  run(work, ...values) {
    return this.evaluate(callOf(work, values));
  }

  /** Answers the value of an expression, or of a function with arguments, once it is true; says what the page shows when it never is. */
  async until(condition, ...values) {
    const expression = typeof condition === "function" ? callOf(condition, values) : `(async () => !!(await (${condition})))()`;
    const end = Date.now() + patience;
    let last;
    while (Date.now() < end) {
      try {
        const value = await this.evaluate(expression);
        if (value) return value;
      } catch (error) {
        // A page that is just being left answers with an error; the one after it is asked again.
        last = error;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const text = await this.evaluate("document.body.innerText.slice(0, 1500)").catch(() => "");
    throw new Error(`never true: ${condition}\n${last ?? ""}\nthe page: ${text}\nfaults: ${this.faults.join("\n")}`);
  }

  /** Presses keys one after the other, by their names; `Control+a` holds one meanwhile. */
  async press(...keys) {
    for (const key of keys) {
      const [last, ...held] = key.length > 1 ? key.split("+").reverse() : [key];
      await this.#press(last, held.reduce((bits, name) => bits | modifierBits[name], 0));
    }
  }

  async #press(key, modifiers) {
    const text = key === "Enter" ? "\r" : key.length === 1 && !modifiers ? key : undefined;
    const event = { key, code: key, windowsVirtualKeyCode: codes[key] ?? key.toUpperCase().charCodeAt(0), modifiers };
    await this.send("Input.dispatchKeyEvent", { type: text ? "keyDown" : "rawKeyDown", text, ...event });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", ...event });
  }

  /** Types into what has the focus. */
  type(text) {
    return this.send("Input.insertText", { text });
  }

  async fill(selector, text) {
    await this.until(`document.querySelector(${JSON.stringify(selector)})`);
    await this.evaluate(`{ const field = document.querySelector(${JSON.stringify(selector)}); field.focus(); field.select(); }`);
    await this.type(text);
  }

  /** A click as of a pointer: it moves the focus as well. */
  async click(selector) {
    const node = `document.querySelector(${JSON.stringify(selector)})`;
    await this.until(`${node}?.checkVisibility() && !${node}.disabled`);
    const { x, y } = await this.evaluate(`{
      const node = ${node};
      node.scrollIntoView({ block: "nearest" });
      const box = node.getBoundingClientRect();
      ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
    }`);
    for (const type of ["mousePressed", "mouseReleased"]) {
      await this.send("Input.dispatchMouseEvent", { type, x, y, button: "left", clickCount: 1 });
    }
  }

  /** Turns the wheel over an element; negative is up. */
  async wheel(selector, pixels) {
    const { x, y } = await this.evaluate(`{
      const box = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
      ({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
    }`);
    await this.send("Input.dispatchMouseEvent", { type: "mouseWheel", x, y, deltaX: 0, deltaY: pixels });
  }

  /** `light` or `dark`, as the system would ask for. */
  scheme(value) {
    return this.send("Emulation.setEmulatedMedia", { features: [{ name: "prefers-color-scheme", value }] });
  }

  /** Closes the tab. */
  close() {
    return this.browser.send("Target.closeTarget", { targetId: this.targetId });
  }

  text(selector) {
    return this.evaluate(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? null`);
  }
}

/** The expression of a call in the page; an element, a module and their like cannot be handed over. */
function callOf(work, values) {
  return `(async () => {
    const value = await (${work})(...${JSON.stringify(values)});
    const isPlain = typeof value !== "object" || value === null || [Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value));
    return isPlain ? value : true;
  })()`;
}

/** Runs in the page before its scripts: timers and clocks go only as far as `heldClock.advance` lets them. */
function heldClock() {
  const later = globalThis.setTimeout.bind(globalThis);
  const start = Date.now();
  let now = 0;
  let count = 0;
  const timers = new Map();
  const add = (run, delay, values, every) => {
    timers.set((count += 1), { at: now + Math.max(0, Number(delay) || 0), run: () => run(...values), every, order: count });
    return count;
  };
  globalThis.setTimeout = (run, delay, ...values) => add(run, delay, values, null);
  globalThis.setInterval = (run, delay, ...values) => add(run, delay, values, Math.max(1, delay));
  globalThis.clearTimeout = globalThis.clearInterval = (id) => void timers.delete(id);
  performance.now = () => now;
  Date.now = () => start + now;
  const breathe = () => new Promise((resolve) => later(resolve, 0));
  globalThis.heldClock = {
    async advance(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        await breathe();
        const [id, next] = [...timers].filter(([, timer]) => timer.at <= end)
          .sort(([, a], [, b]) => a.at - b.at || a.order - b.order)[0] ?? [];
        if (!next) break;
        now = Math.max(now, next.at);
        if (next.every) next.at = now + next.every;
        else timers.delete(id);
        next.run();
      }
      now = end;
      await breathe();
    },
  };
}
