// Messages that wait for the current turn: kept in this browser, the same in every tab of the app.

import { kept } from "../dom.js";
import { makeID } from "./ids.js";

export class MessageQueue {
  /** `changed(messages)` hears every change, also those of other tabs. `locks` are the browser's, missing on insecure pages. */
  constructor(appID, changed, locks = globalThis.navigator?.locks) {
    this.key = `queue:${appID}`;
    this.changed = changed;
    this.locks = locks;
    addEventListener("storage", (event) => (event.key === null || event.key.endsWith(this.key)) && this.changed(this.all));
  }

  /** `{ id, text, attachments }`, the next one first. */
  get all() {
    try {
      const messages = JSON.parse(kept.get(this.key) ?? "[]");
      return Array.isArray(messages) ? messages.filter((message) => typeof message?.text === "string") : [];
    } catch {
      return [];
    }
  }

  /** Answers whether it could be kept. */
  add({ text, attachments = [] }) {
    return this.#change((messages) => [...messages, { id: makeID(), text, attachments }]);
  }

  /** What was taken and could not be sent stands first again. */
  putBack({ id, text, attachments = [] }) {
    return this.#change((messages) => [{ id, text, attachments }, ...messages.filter((message) => message.id !== id)]);
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
      const messages = work(this.all);
      kept.set(this.key, messages.length ? JSON.stringify(messages) : null);
      this.changed(this.all);
      return this.all.length === messages.length;
    };
    return this.locks ? this.locks.request(`second-${this.key}`, change) : change();
  }
}
