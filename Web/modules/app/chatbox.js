// The chat's composer: text, attachments, send and stop, the queue, and what waits.

import { element, find, icon, kept } from "../dom.js";
import { upload } from "../http.js";

const limits = { files: 10, file: 25 * 1024 * 1024, total: 50 * 1024 * 1024 };

export class Chatbox {
  constructor(root, { base, boot, send, stop, editLast, queue }) {
    Object.assign(this, { root, base, boot, send, stop, queue });
    this.files = [];
    this.draftKey = `draft:${boot.appId}`;
    this.field = element("textarea", { class: "composer-field", rows: "3", "data-testid": "composer-input", dir: "auto",
      "aria-label": "Message to the builder", placeholder: "Ask for a change…", maxlength: "100000" });
    this.field.value = kept.get(this.draftKey) ?? "";
    this.error = element("p", { class: "field-error", role: "alert", hidden: true });
    this.tiles = element("ul", { class: "composer-files", role: "list", hidden: true });
    this.list = element("ol", { class: "queue", role: "list", "aria-label": "Waiting messages", hidden: true });
    this.picker = element("input", { type: "file", multiple: true, class: "visually-hidden", tabindex: "-1", "aria-label": "Attach files",
      onchange: () => (this.attach([...this.picker.files]), (this.picker.value = "")) });
    this.sendButton = element("button", { class: "button primary icon-only", type: "submit", "aria-label": "Send", title: "Send (Enter)",
      "data-testid": "composer-send" }, icon("send"));
    this.stopButton = element("button", { class: "button icon-only", type: "button", "aria-label": "Stop", title: "Stop (Esc)",
      "data-testid": "composer-stop", hidden: true, onclick: () => this.stop() }, icon("stop"));
    const attachButton = element("button", { class: "button quiet icon-only", type: "button", "aria-label": "Attach files",
      title: "Attach files", onclick: () => this.picker.click() }, icon("attach"));
    this.form = element("form", { class: "composer", "data-testid": "composer" }, this.tiles, this.field,
      element("div", { class: "composer-bar" }, attachButton, this.#model(), element("span", { class: "composer-space" }), this.stopButton, this.sendButton),
      this.picker);
    root.replaceChildren(this.list, this.error, this.form);
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.#submit()));
    this.field.addEventListener("input", () => {
      kept.set(this.draftKey, this.field.value);
      this.#fit();
      this.#buttons();
    });
    this.field.addEventListener("keydown", (event) => this.#key(event, editLast));
    this.field.addEventListener("paste", (event) => {
      const files = [...event.clipboardData.files];
      if (files.length) event.preventDefault();
      this.attach(files);
    });
    const drop = this.root.closest("[data-drop]") ?? this.root;
    drop.addEventListener("dragover", (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault());
    drop.addEventListener("drop", (event) => {
      if (!event.dataTransfer?.files.length) return;
      event.preventDefault();
      this.attach([...event.dataTransfer.files]);
    });
    this.#fit();
    this.state = { phase: "idle", waiting: null, canStop: false };
    this.#buttons();
  }

  #model() {
    const runtimes = (this.boot.registry?.runtimes ?? []).filter((runtime) => runtime.models.length);
    this.model = element("select", { class: "composer-select", "aria-label": "Model", "data-testid": "composer-model" },
      runtimes.map((runtime) => element("optgroup", { label: runtime.name }, runtime.models.map((model) =>
        element("option", { value: `${runtime.id} ${model.id}`,
          selected: runtime.id === this.boot.runtime.runtimeId && model.id === this.boot.runtime.runtimeModel }, model.name)))));
    return this.model;
  }

  /** The runtime for this turn. */
  runtime() {
    const [runtimeId, runtimeModel] = this.model.value.split(" ");
    const isSame = runtimeId === this.boot.runtime.runtimeId && runtimeModel === this.boot.runtime.runtimeModel;
    return { runtimeId, runtimeModel, runtimeParams: isSame ? this.boot.runtime.runtimeParams : {} };
  }

  #key(event, editLast) {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter") {
      const breaks = kept.get("enter-breaks") === "1";
      const sends = event.ctrlKey || event.metaKey || (breaks ? false : !event.shiftKey);
      if (!sends) return;
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape" && this.state.phase !== "idle" && !this.stopButton.disabled) {
      event.preventDefault();
      this.stopButton.focus();
    } else if (event.key === "ArrowUp" && this.field.value === "" && this.state.phase === "idle") {
      event.preventDefault();
      editLast();
    }
  }

  #submit() {
    const text = this.field.value.trim();
    const uploading = this.files.some((file) => file.state === "uploading");
    if ((!text && !this.files.length) || uploading || this.state.waiting) return;
    const attachments = this.files.filter((file) => file.state === "done").map((file) => file.reference);
    this.field.value = "";
    this.files = [];
    this.error.hidden = true;
    kept.set(this.draftKey, null);
    this.#tiles();
    this.#fit();
    this.#buttons();
    this.send({ text, attachments });
  }

  /** Puts a message back that was not taken, with the reason. */
  refuse(reason, draft) {
    this.error.replaceChildren(icon("error"), element("span", {}, reason));
    this.error.hidden = false;
    if (draft && !draft.decision) {
      this.prefill(draft.text);
      this.files = (draft.attachments ?? []).map((reference) => ({ name: reference.name, size: reference.size, state: "done", reference }));
      this.#tiles();
    }
    this.#buttons();
  }

  prefill(text) {
    this.field.value = text;
    kept.set(this.draftKey, text);
    this.#fit();
    this.#buttons();
    this.field.focus();
  }

  show(state) {
    this.state = state;
    this.field.disabled = Boolean(state.waiting);
    this.field.placeholder = state.waiting ? `Decide about ${state.waiting} first`
      : state.phase === "idle" ? "Ask for a change…" : "Write the next message; it is sent when the builder is done";
    this.stopButton.hidden = state.phase === "idle";
    this.stopButton.disabled = !state.canStop;
    this.stopButton.toggleAttribute("aria-busy", state.phase === "stopping");
    if (state.phase === "stopping") this.stopButton.setAttribute("aria-busy", "true");
    this.#buttons();
  }

  showQueue(messages) {
    this.list.hidden = messages.length === 0;
    this.list.replaceChildren(...messages.map((message, index) => element("li", { class: "queue-item", "data-testid": "queue-item" },
      icon("queue"), element("bdi", { class: "truncate" }, message.text),
      element("button", { class: "button quiet bar", type: "button", onclick: () => this.queue.sendNow(index) }, "Send now"),
      element("button", { class: "button quiet icon-only bar", type: "button", "aria-label": "Edit", onclick: () => this.queue.edit(index) }, icon("pencil")),
      element("button", { class: "button quiet icon-only bar", type: "button", "aria-label": "Delete", onclick: () => this.queue.remove(index) }, icon("trash")))));
  }

  /** Asks for another text of an earlier message; answers it, or null. */
  editText(text, dropped) {
    return new Promise((resolve) => {
      const field = element("textarea", { class: "textarea", rows: "6", maxlength: "100000", "aria-label": "Message" });
      field.value = text;
      const dialog = element("dialog", { class: "dialog wide", "aria-label": "Edit message" },
        element("form", { class: "dialog-body", method: "dialog" }, element("h2", {}, "Edit message"), field,
          dropped > 0 && element("p", { class: "callout warn" }, icon("warn"), `The ${dropped === 1 ? "message" : `${dropped} messages`} after this one will be dropped.`),
          element("div", { class: "dialog-foot" },
            element("button", { class: "button", type: "button", onclick: () => dialog.close("") }, "Cancel"),
            element("button", { class: "button primary", type: "submit", value: "send" }, "Send again"))));
      dialog.addEventListener("close", () => {
        const answer = dialog.returnValue === "send" ? field.value.trim() : "";
        dialog.remove();
        resolve(answer || null);
      });
      document.body.append(dialog);
      dialog.showModal();
      field.focus();
    });
  }

  // --- Attachments

  attach(files) {
    for (const file of files) {
      const total = this.files.reduce((sum, other) => sum + other.size, 0) + file.size;
      const problem = this.files.length >= limits.files ? "Up to 10 files can be attached."
        : file.size > limits.file ? `${file.name} is larger than 25 MB.`
        : total > limits.total ? "All files together may have up to 50 MB." : null;
      if (problem) {
        this.refuse(problem, null);
        continue;
      }
      this.#upload({ name: file.name, size: file.size, file, state: "uploading", progress: 0 });
    }
  }

  async #upload(entry) {
    if (!this.files.includes(entry)) this.files.push(entry);
    entry.state = "uploading";
    this.#tiles();
    const form = new FormData();
    form.append("files[]", entry.file, entry.name);
    form.append("attachmentIds", JSON.stringify([crypto.randomUUID()]));
    try {
      const answer = await upload(`${this.base}/attachments`, form, { progress: (part) => ((entry.progress = part), this.#tiles()) });
      entry.reference = answer.attachments[0];
      entry.state = "done";
    } catch (error) {
      entry.state = "failed";
      entry.problem = error.message;
    }
    this.#tiles();
    this.#buttons();
  }

  #tiles() {
    this.tiles.hidden = this.files.length === 0;
    this.tiles.replaceChildren(...this.files.map((entry) => element("li", { class: "chip", "data-testid": "attachment", "data-state": entry.state },
      entry.state === "uploading" ? element("span", { class: "spinner", role: "img", "aria-label": "uploading" })
        : icon(entry.state === "failed" ? "error" : "attach"),
      element("bdi", { class: "truncate" }, entry.name),
      entry.state === "failed" && element("button", { class: "link-button", type: "button", title: entry.problem, onclick: () => this.#upload(entry) }, "Retry"),
      element("button", { class: "button quiet icon-only bar", type: "button", "aria-label": `Remove ${entry.name}`,
        onclick: () => ((this.files = this.files.filter((other) => other !== entry)), this.#tiles(), this.#buttons()) }, icon("close")))));
  }

  #fit() {
    this.field.style.height = "auto";
    const line = 22;
    this.field.style.height = `${Math.min(Math.max(this.field.scrollHeight, line * 2), line * 12)}px`;
  }

  #buttons() {
    const uploading = this.files.some((file) => file.state === "uploading");
    this.sendButton.disabled = (!this.field.value.trim() && !this.files.some((file) => file.state === "done")) || uploading || Boolean(this.state?.waiting);
  }
}
