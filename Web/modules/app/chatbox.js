// The composer beside an app: what may be done in each state of the conversation, uploads, and the queue above it.

import { api, upload } from "../http.js";
import { Composer } from "../composer.js";
import { element, find, icon } from "../dom.js";
import { makeID } from "./ids.js";

const stateOf = { idle: "ready", sending: "starting", observing: "starting", streaming: "busy", stopping: "stopping" };

export class Chatbox {
  /** `send({ text, attachments })`, `stop()`, `editLast()`, `queue: { sendNow, edit, remove }` take an index. */
  constructor(root, { base, send, stop, editLast, queue }) {
    Object.assign(this, { base, send, queue });
    this.composer = new Composer(find(".composer", root), { allowWhileBusy: true });
    this.form = this.composer.form;
    this.sent = new Map();
    this.shown = { phase: "idle", waiting: null };
    this.list = element("ol", { class: "queue", role: "list", "aria-label": "Messages that wait", hidden: true });
    this.form.before(this.list);
    this.form.addEventListener("composer:submit", ({ detail }) => this.submit(detail));
    this.form.addEventListener("composer:stop", () => stop());
    this.form.addEventListener("composer:edit-last", (event) => editLast() && event.preventDefault());
    this.form.addEventListener("composer:settings", ({ detail }) => this.keepSettings(detail.settings));
  }

  /** The runtime for the next turn. */
  runtime() {
    return this.composer.settings ?? {};
  }

  async submit({ text, files }) {
    const isWaiting = files.some((file) => !file.reference);
    if (isWaiting && !(await this.upload(files))) return;
    for (const file of files) this.sent.set(file.reference.id, file);
    this.composer.clear();
    this.send({ text, attachments: files.map((file) => file.reference) });
  }

  /** Uploads what has not been uploaded yet; answers whether everything is there. */
  async upload(files) {
    const open = files.filter((file) => !file.reference);
    const form = new FormData();
    for (const file of open) {
      form.append("files[]", file.file, file.name);
      file.update({ state: "uploading", progress: 0 });
    }
    form.append("attachmentIds", JSON.stringify(open.map((file) => file.id ?? makeID())));
    this.composer.setState("sending");
    try {
      const { attachments } = await upload(`${this.base}/attachments`, form, {
        progress: (part) => open.forEach((file) => file.update({ progress: part })),
      });
      open.forEach((file, index) => file.update({ state: "done", reference: attachments[index] }));
      return true;
    } catch (error) {
      for (const file of open) file.update({ state: "failed" });
      this.composer.showError(error.message);
      return false;
    } finally {
      this.show(this.shown);
    }
  }

  async keepSettings(settings) {
    try {
      await api("PATCH", `${this.base}/settings`, settings);
    } catch (error) {
      this.composer.note(`${error.message} The next message still uses it.`);
    }
  }

  /** Puts a message back that was not taken, with the reason; what was typed meanwhile stays. */
  refuse(reason, draft) {
    if (draft && !draft.decision) {
      const typed = this.composer.text;
      const files = (draft.attachments ?? []).map((reference) => this.sent.get(reference.id)).filter(Boolean);
      this.composer.restore({ text: typed && typed !== draft.text ? `${draft.text}\n\n${typed}` : draft.text, files });
    }
    this.composer.showError(reason);
  }

  prefill(text) {
    this.composer.setText(text);
  }

  /** `phase` of the conversation; `waiting` names what has to be decided first. */
  show({ phase, waiting }) {
    this.shown = { phase, waiting };
    if (waiting) this.composer.setState("blocked", { reason: `Decide about ${waiting} first` });
    else this.composer.setState(stateOf[phase] ?? "ready");
  }

  showQueue(messages) {
    this.list.hidden = messages.length === 0;
    const act = (label, name, index) => element("button", { class: "button quiet icon-only bar", type: "button",
      "aria-label": label, title: label, onclick: () => this.queue[name](index) }, icon(name === "edit" ? "pencil" : "trash"));
    this.list.replaceChildren(...messages.map((message, index) =>
      element("li", { class: "queue-item", "data-testid": "queue-item" }, icon("queue"),
        element("bdi", { class: "truncate", title: message.text }, message.text),
        element("button", { class: "button quiet bar", type: "button", title: "Stops the current turn and sends this one",
          onclick: () => this.queue.sendNow(index) }, "Send now"),
        act("Edit", "edit", index), act("Delete", "remove", index))));
  }
}
