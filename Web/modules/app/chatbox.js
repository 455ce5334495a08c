// The composer beside an app: what may be done in each state of the conversation, uploads, and the queue above it.

import { api, upload } from "../http.js";
import { Attachment } from "../composer-files.js";
import { Composer } from "../composer.js";
import { element, find, icon } from "../dom.js";
import { keepingFocus } from "../keep-focus.js";
import { makeID } from "./ids.js";

const stateOf = { idle: "ready", sending: "starting", observing: "starting", following: "busy", streaming: "busy",
  stopping: "stopping" };

/** Tells whether a message is the same as another. */
const keyOf = ({ text, attachments }) => JSON.stringify([text, attachments.map(({ id }) => id)]);

export class Chatbox {
  /** `send({ text, attachments, messageID })`, `stop()`, `editLast()`, `queue: { sendNow, edit, remove }` take a message's id. */
  constructor(root, { base, send, stop, editLast, queue }) {
    Object.assign(this, { base, send, queue });
    this.composer = new Composer(find(".composer", root), { allowWhileBusy: true });
    this.form = this.composer.form;
    this.sent = new Map();
    /** What came back into the empty box, with the id under which it was sent. */
    this.returned = null;
    this.shown = { phase: "idle", waiting: null };
    this.list = element("ol", { class: "queue", role: "list", "aria-label": "Messages that wait", hidden: true });
    this.form.before(this.list);
    this.form.addEventListener("composer:submit", () => this.submit());
    this.form.addEventListener("composer:stop", () => stop());
    this.form.addEventListener("composer:edit-last", (event) => editLast() && event.preventDefault());
    this.form.addEventListener("composer:settings", ({ detail }) => this.keepSettings(detail.settings));
  }

  /** The runtime for the next turn. */
  runtime() {
    return this.composer.settings ?? {};
  }

  /** Sends what stands in the box once all its files are there: some may be added or removed while others are on their way. */
  async submit() {
    if (this.isUploading) return;
    for (let open; (open = this.composer.files.filter((file) => !file.reference)).length;) {
      if (!(await this.upload(open))) return;
    }
    const { text, files } = this.composer;
    // Somebody emptied the box meanwhile.
    if (!text) return;
    for (const file of files) this.sent.set(file.reference.id, file);
    const attachments = files.map((file) => file.reference);
    const messageID = this.returned?.key === keyOf({ text, attachments }) ? this.returned.messageID : undefined;
    this.returned = null;
    this.composer.clear();
    this.send({ text, attachments, messageID });
  }

  /** Uploads these files; answers whether they are there. */
  async upload(open) {
    const form = new FormData();
    for (const file of open) {
      form.append("files[]", file.file, file.name);
      file.update({ state: "uploading", progress: 0 });
    }
    form.append("attachmentIds", JSON.stringify(open.map((file) => file.id ?? makeID())));
    this.isUploading = true;
    this.show(this.shown);
    try {
      const { attachments } = await upload(`${this.base}/attachments`, form, {
        progress: (part) => open.forEach((file) => file.update({ progress: part })),
      });
      if (attachments.length !== open.length) throw new Error("The files did not all arrive. Please try again.");
      open.forEach((file, index) => file.update({ state: "done", reference: attachments[index] }));
      return true;
    } catch (error) {
      for (const file of open) file.update({ state: "failed" });
      this.composer.showError(error.message);
      return false;
    } finally {
      this.isUploading = false;
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

  /** Shows a reason, `null` for none any more, and puts a message back that was not taken; what was typed meanwhile stays. */
  refuse(reason, draft) {
    if (draft) this.putBack(draft);
    this.composer.showError(reason);
  }

  /** A text and its files come before what stands in the box. */
  putBack({ text, attachments = [], messageID }) {
    this.returned = messageID && this.composer.isEmpty ? { messageID, key: keyOf({ text, attachments }) } : null;
    const typed = this.composer.text;
    const known = new Set(this.composer.files.map((file) => file.reference?.id).filter(Boolean));
    const files = attachments.filter(({ id }) => !known.has(id)).map((reference) => this.sent.get(reference.id) ?? Attachment.of(reference));
    this.composer.restore({ text: typed && typed !== text ? `${text}\n\n${typed}` : text, files });
  }

  /** The box is where to go on, unless it is closed. */
  focus() {
    if (!this.composer.canType) return false;
    this.composer.focus();
    return true;
  }

  /** `phase` of the conversation; `waiting` names what has to be decided first. */
  show({ phase, waiting }) {
    this.shown = { phase, waiting };
    if (waiting) this.composer.setState("blocked", { reason: `Decide about ${waiting} first` });
    // Beside a turn, Stop and the box stay usable while files are on their way.
    else this.composer.setState(this.isUploading && phase === "idle" ? "sending" : stateOf[phase] ?? "ready");
  }

  showQueue(messages) {
    const key = JSON.stringify(messages.map(({ id, text }) => [id, text]));
    if (key === this.list.dataset.key) return;
    const held = document.activeElement?.closest?.(".queue-item");
    const at = held ? [...this.list.children].indexOf(held) : -1;
    const label = document.activeElement?.getAttribute?.("aria-label");
    keepingFocus(this.list, () => {
      this.list.dataset.key = key;
      this.list.hidden = messages.length === 0;
      const known = new Map([...this.list.children].map((item) => [item.dataset.id, item]));
      this.list.replaceChildren(...messages.map((message) => {
        const item = known.get(message.id);
        return item?.dataset.text === message.text ? item : this.queueItem(message);
      }));
      // Moving an element takes its focus away.
      if (held?.isConnected) find(label ? `[aria-label="${CSS.escape(label)}"]` : "button", held)?.focus();
    }, () => {
      // Whoever deletes may delete the next one; what was sent or edited goes on in the box.
      const next = label === "Delete" ? this.list.children[Math.min(at, messages.length - 1)] : null;
      if (next) find('[aria-label="Delete"]', next).focus();
      else this.focus();
    });
  }

  queueItem({ id, text }) {
    const act = (label, name, picture) => element("button", { class: "button quiet icon-only bar", type: "button",
      "aria-label": label, title: label, onclick: () => this.queue[name](id) }, icon(picture));
    return element("li", { class: "queue-item", "data-testid": "queue-item", "data-id": id, "data-text": text }, icon("queue"),
      element("bdi", { class: "truncate", title: text }, text),
      element("button", { class: "button quiet bar", type: "button", title: "Stops the current turn and sends this one",
        onclick: () => this.queue.sendNow(id) }, "Send now"),
      act("Edit", "edit", "pencil"), act("Delete", "remove", "trash"));
  }
}
