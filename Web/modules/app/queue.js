// Messages that wait for the current turn: kept in this browser, the same in every tab of the app.

import { kept } from "../dom.js";
import { makeID } from "./ids.js";

export class MessageQueue {
  /** `changed(messages)` hears every change, also those of other tabs. `locks` are the browser's, missing on insecure pages. */
  constructor(appID, changed, locks = globalThis.navigator?.locks) {
    this.key = `queue:${appID}`;
    this.changed = changed;
    this.locks = locks;
    /** The run whose messages these are; those of an app's other runs are left alone. */
    this.runID = null;
    addEventListener("storage", (event) => (event.key === null || event.key.endsWith(this.key)) && this.changed(this.all));
  }

  /** `{ id, text, attachments }` of this run, the next one first; sent, the message has the same id. */
  get all() {
    return this.#kept.filter((message) => this.#isMine(message));
  }

  get #kept() {
    return kept.read(this.key, Array.isArray, []).filter((message) => typeof message?.text === "string");
  }

  /** What an earlier version kept names no run and belongs to the one that is shown. */
  #isMine({ runID }) {
    return runID === undefined || runID === this.runID;
  }

  /** Answers whether it could be kept. */
  add({ text, attachments = [], messageID }) {
    return this.#change((messages) => [...messages, { id: messageID ?? makeID(), runID: this.runID, text, attachments }]);
  }

  /** What was taken and could not be sent stands first again. */
  putBack({ id, runID = this.runID, text, attachments = [] }) {
    return this.#change((messages) => [{ id, runID, text, attachments }, ...messages.filter((message) => message.id !== id)]);
  }

  /** Takes the first or a certain one out and answers it; nothing when another tab was faster. */
  async take(id) {
    let taken;
    await this.#change((messages) => {
      taken = id === undefined ? messages[0] : messages.find((message) => message.id === id);
      return messages.filter((message) => message !== taken);
    });
    return taken;
  }

  /** Takes all of them out and answers them. */
  async takeAll() {
    let taken = [];
    await this.#change((messages) => {
      taken = messages;
      return [];
    });
    return taken;
  }

  /** Answers whether it was still there. */
  async moveToFront(id) {
    let moved;
    await this.#change((messages) => {
      moved = messages.find((message) => message.id === id);
      return moved ? [moved, ...messages.filter((message) => message !== moved)] : messages;
    });
    return moved !== undefined;
  }

  /** Runs `work` unless another tab is sending from the queue; answers whether it ran. */
  async sending(work) {
    if (!this.locks) return this.#leased(work);
    return this.locks.request(`second-${this.key}-sending`, { ifAvailable: true }, async (lock) => {
      if (lock) await work();
      return lock !== null;
    });
  }

  /** Where there are no locks: a note with a name and an end, believed when it is still there a moment later. */
  async #leased(work) {
    const key = `${this.key}:sender`;
    const name = makeID();
    const until = Number(kept.get(key)?.split(" ")[1] ?? 0);
    if (until > Date.now()) return false;
    const note = `${name} ${Date.now() + 30_000}`;
    kept.set(key, note);
    await new Promise((resolve) => setTimeout(resolve, 50));
    if (kept.get(key) !== note) return false;
    try {
      await work();
    } finally {
      if (kept.get(key) === note) kept.set(key, null);
    }
    return true;
  }

  async #change(work) {
    const change = () => {
      const before = this.#kept;
      const mine = work(before.filter((message) => this.#isMine(message)));
      const messages = [...mine, ...before.filter((message) => !this.#isMine(message))];
      kept.set(this.key, messages.length ? JSON.stringify(messages) : null);
      this.changed(this.all);
      return this.all.length === mine.length;
    };
    return this.locks ? this.locks.request(`second-${this.key}`, change) : change();
  }
}
