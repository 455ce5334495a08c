// Messages that wait for the current turn: kept in this browser, the same in every tab of the app.

import { kept } from "../dom.js";

export class MessageQueue {
  /** `changed(messages)` hears every change, also those of other tabs. */
  constructor(appID, changed) {
    this.key = `queue:${appID}`;
    this.changed = changed;
    addEventListener("storage", (event) => event.key?.endsWith(this.key) && this.changed(this.all));
  }

  get all() {
    try {
      const messages = JSON.parse(kept.get(this.key) ?? "[]");
      return Array.isArray(messages) ? messages.filter((message) => typeof message?.text === "string") : [];
    } catch {
      return [];
    }
  }

  add({ text, attachments = [] }) {
    this.#keep([...this.all, { text, attachments }]);
  }

  /** Takes one out and answers it; another tab may have been faster. */
  take(index = 0) {
    const messages = this.all;
    const [taken] = messages.splice(index, 1);
    this.#keep(messages);
    return taken;
  }

  moveToFront(index) {
    const messages = this.all;
    const [moved] = messages.splice(index, 1);
    if (moved) this.#keep([moved, ...messages]);
    return moved !== undefined;
  }

  #keep(messages) {
    kept.set(this.key, messages.length ? JSON.stringify(messages) : null);
    this.changed(messages);
  }
}
