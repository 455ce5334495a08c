// The box in which a person writes to the builder, on the home page and beside an app.
//
//   const composer = new Composer(form, options)   `form` is drawn by the template parts/composer
//     options.draftKey       keeps the text in this browser under that key until it is sent
//     options.allowWhileBusy sending while busy is allowed (the page queues it)
//
//   composer.text / files / settings               what would be sent; `files` are `Attachment`s, see composer-files.js
//   composer.setState(name, { reason })            "ready", "busy" (Stop can be used), "starting" (Stop drawn, not yet usable),
//                                                  "stopping", "sending" (nothing can be done), "blocked" (`reason` is shown as
//                                                  the placeholder)
//   composer.clear()                               after the message has gone, draft included
//   composer.restore({ text, files })              after it could not be sent
//   composer.setText(text)                         replaces the text and puts the caret behind it
//   composer.showError(text | null), note(text), focus()
//   composer.setRunnable(flag)                     without a runtime on the server nothing can be sent
//   composer.applySettings(settings)               from the server, e.g. those of the app
//
// Events on the form: "composer:submit" { text, files, settings } · "composer:stop" · "composer:settings" { settings } ·
// "composer:edit-last" (arrow up in the empty box) · "composer:input" { text }

import { ComposerFiles } from "./composer-files.js";
import { actionFor } from "./composer-keys.js";
import { ComposerSettings } from "./composer-settings.js";
import { announce, debounce, find, kept } from "./dom.js";

export const maximumPrompt = 10_000;

export class Composer {
  constructor(form, { draftKey = form.dataset.draft, allowWhileBusy = false } = {}) {
    this.form = form;
    this.input = find("textarea", form);
    this.sendButton = find('[data-testid="composer-send"]', form);
    this.stopButton = find('[data-testid="composer-stop"]', form);
    this.draftKey = draftKey ? `draft:${draftKey}` : null;
    this.allowWhileBusy = allowWhileBusy;
    this.placeholder = this.input.placeholder;
    this.canRun = form.dataset.canRun !== "false";
    this.state = "ready";
    this.choice = new ComposerSettings(form, {
      changed: (settings) => announce("composer:settings", { settings }, form),
      note: (text) => this.note(text),
    });
    this.attachments = new ComposerFiles(form, {
      changed: () => this.refresh(),
      problem: (text) => this.showError(text),
    });
    this.bind();
    this.loadDraft();
    this.refresh();
  }

  get text() {
    return this.input.value.trim();
  }

  get files() {
    return this.attachments.all;
  }

  get settings() {
    return this.choice.settings;
  }

  /** Ids of the runtimes that the server offers. */
  get offered() {
    return this.choice.registry.runtimes.map((runtime) => runtime.id);
  }

  get isEmpty() {
    return this.input.value === "" && this.files.length === 0;
  }

  get isBusy() {
    return ["busy", "starting", "stopping"].includes(this.state);
  }

  get canType() {
    return !this.input.disabled && this.input.checkVisibility();
  }

  // MARK: What the page does

  setState(state, { reason } = {}) {
    this.state = state;
    this.form.dataset.state = state;
    this.input.placeholder = state === "blocked" && reason ? reason : this.placeholder;
    const held = document.activeElement === this.input;
    this.input.disabled = state === "blocked" || state === "sending" || (this.isBusy && !this.allowWhileBusy);
    // A box that is closed loses the focus; it has it again afterwards, unless something else took it.
    if (this.input.disabled) this.isHeld ||= held;
    else if (this.isHeld) {
      this.isHeld = false;
      if ([document.body, null].includes(document.activeElement)) this.input.focus();
    }
    this.refresh();
  }

  /** Whether anything on the server could answer; without, nothing can be sent. */
  setRunnable(canRun) {
    this.canRun = canRun;
    this.refresh();
  }

  clear() {
    this.input.value = "";
    this.attachments.clear();
    this.saveDraft();
    this.showError(null);
    this.grow();
    this.refresh();
  }

  restore({ text, files = [] }) {
    this.input.value = text;
    this.attachments.put(files);
    this.saveDraft();
    this.grow();
    this.refresh();
  }

  setText(text) {
    this.input.value = text;
    this.changed();
    this.focus();
  }

  focus() {
    this.input.focus();
    this.input.setSelectionRange(this.input.value.length, this.input.value.length);
  }

  showError(text) {
    const place = find(".composer-error", this.form);
    place.textContent = text ?? "";
    place.hidden = !text;
  }

  note(text) {
    find(".composer-note", this.form).textContent = text ?? "";
  }

  applySettings(settings) {
    this.choice.apply(settings);
  }

  // MARK: What the person does

  bind() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.stopButton?.addEventListener("click", () => this.stop());
    this.input.addEventListener("input", () => this.changed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && event.target === this.stopButton) {
        event.preventDefault();
        this.stop();
      }
    });
    this.form.addEventListener("click", (event) => {
      if (event.target === this.form || event.target.matches(".composer-bar")) this.input.focus();
    });
    this.saveSoon = debounce(() => this.saveDraft(), 250);
    addEventListener("pagehide", () => this.saveDraft());
  }

  key(event) {
    const action = actionFor(event, {
      enterBreaks: kept.get("enter-breaks") === "on",
      isEmpty: this.isEmpty,
      isBusy: this.isBusy,
    });
    if (action === "send") {
      event.preventDefault();
      this.submit();
    } else if (action === "stop") {
      event.preventDefault();
      this.stopButton?.focus();
    } else if (action === "edit-last" && !announce("composer:edit-last", {}, this.form)) {
      event.preventDefault();
    }
  }

  submit() {
    if (!this.canSend()) return;
    this.showError(null);
    this.note(null);
    announce("composer:submit", { text: this.text, files: this.files, settings: this.settings }, this.form);
  }

  stop() {
    if (this.state === "busy") announce("composer:stop", {}, this.form);
  }

  canSend() {
    if (!this.canRun || this.attachments.isUploading) return false;
    if (!this.text) return false;
    return this.state === "ready" || (this.isBusy && this.allowWhileBusy);
  }

  changed() {
    this.saveSoon();
    this.grow();
    this.refresh();
    announce("composer:input", { text: this.text }, this.form);
  }

  refresh() {
    const held = [this.stopButton, this.sendButton].find((button) => button && button === document.activeElement);
    this.refreshButtons();
    // A button that can no longer be used hands the focus to the box.
    if (held && (held.disabled || held.hidden) && this.canType) this.focus();
  }

  refreshButtons() {
    this.sendButton.disabled = !this.canSend();
    if (this.state === "sending") this.sendButton.setAttribute("aria-busy", "true");
    else this.sendButton.removeAttribute("aria-busy");
    if (!this.stopButton) return;
    this.stopButton.hidden = !this.isBusy;
    this.stopButton.disabled = this.state !== "busy";
    this.stopButton.setAttribute("aria-label", this.state === "stopping" ? "Stopping" : "Stop");
    this.sendButton.hidden = this.isBusy && !this.allowWhileBusy;
    if (this.isBusy && this.allowWhileBusy) this.sendButton.hidden = !this.text;
  }

  /** For browsers whose text boxes do not grow by themselves. */
  grow() {
    if (CSS.supports("field-sizing", "content")) return;
    const least = Number(this.form.dataset.rows ?? 3);
    this.input.rows = Math.min(12, Math.max(least, this.input.value.split("\n").length));
  }

  // MARK: Draft

  loadDraft() {
    if (!this.draftKey || this.input.value) return;
    this.input.value = kept.get(this.draftKey) ?? "";
    this.grow();
  }

  saveDraft() {
    if (this.draftKey) kept.set(this.draftKey, this.input.value);
  }
}
