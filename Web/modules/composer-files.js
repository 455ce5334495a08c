// The files of a composer: picked, pasted or dropped anywhere in the window, shown as tiles.

import { admit, refusalText, sizeText } from "./attachment-rules.js";
import { element, find, icon } from "./dom.js";

/**
 * One attached file. The page that sends it sets `state` ("ready", "uploading", "done", "failed") and `progress` (0 to 1)
 * through `update`; `reference` is the server's answer, kept so that a retry does not send it twice.
 */
export class Attachment {
  constructor(file) {
    this.file = file;
    this.id = crypto.randomUUID?.() ?? `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
    this.name = file.name || "pasted-file";
    this.size = file.size;
    this.state = "ready";
    this.progress = 0;
    this.reference = null;
  }

  /** A file that the server has already: its answer, without the bytes. */
  static of(reference) {
    const attachment = new Attachment({ name: reference.name, size: reference.size ?? 0, type: "" });
    return Object.assign(attachment, { id: reference.id, state: "done", reference });
  }

  update(change) {
    Object.assign(this, change);
    this.redraw?.();
  }
}

export class ComposerFiles {
  constructor(form, { changed, problem }) {
    this.form = form;
    this.list = find(".attachments", form);
    this.picker = find('input[type="file"]', form);
    this.all = [];
    this.changed = changed;
    this.problem = problem;
    if (this.picker) this.bind();
  }

  get isUploading() {
    return this.all.some((file) => file.state === "uploading");
  }

  /** While the box is closed nothing can be added to what is being sent. */
  get canTake() {
    return !find("textarea", this.form).disabled;
  }

  add(files) {
    const { accepted, refused } = admit(this.all, [...files]);
    this.put(accepted.map((file) => new Attachment(file)));
    this.problem(refused.length ? refusalText(refused) : null);
  }

  put(attachments) {
    for (const attachment of attachments) {
      this.all.push(attachment);
      this.list.append(this.draw(attachment));
    }
    this.show();
  }

  clear() {
    for (const tile of this.list.children) URL.revokeObjectURL(tile.dataset.preview ?? "");
    this.all = [];
    this.list.replaceChildren();
    this.show();
  }

  show() {
    this.list.hidden = this.all.length === 0;
    this.changed();
  }

  draw(attachment) {
    const picture = attachment.file.type?.startsWith("image/") ? URL.createObjectURL(attachment.file) : null;
    const bar = element("progress", { class: "progress", max: 1, value: 0, hidden: true, "aria-label": "Upload" });
    const detail = element("span", { class: "meta" }, sizeText(attachment.size));
    const tile = element(
      "li",
      { class: "attachment", "data-testid": "attachment", "data-preview": picture, "data-state": attachment.state },
      picture ? element("img", { src: picture, alt: "", class: "attachment-picture" }) : icon("file", { size: "large" }),
      element("span", { class: "attachment-text" }, element("span", { class: "truncate", title: attachment.name }, attachment.name), detail, bar),
      element("button", { class: "button quiet icon-only bar", type: "button", "aria-label": `Remove ${attachment.name}`,
        onclick: () => this.remove(attachment, tile) }, icon("close")),
    );
    attachment.redraw = () => {
      tile.dataset.state = attachment.state;
      bar.hidden = attachment.state !== "uploading";
      bar.value = attachment.progress;
      detail.textContent = attachment.state === "failed" ? "not sent, will be tried again" : sizeText(attachment.size);
      this.changed();
    };
    return tile;
  }

  remove(attachment, tile) {
    this.all = this.all.filter((other) => other !== attachment);
    if (tile.dataset.preview) URL.revokeObjectURL(tile.dataset.preview);
    const next = tile.nextElementSibling ?? tile.previousElementSibling;
    tile.remove();
    (next ? find("button", next) : find('[data-act="attach"]', this.form))?.focus();
    this.show();
  }

  bind() {
    find('[data-act="attach"]', this.form).addEventListener("click", () => this.picker.click());
    this.picker.addEventListener("change", () => {
      this.add(this.picker.files);
      this.picker.value = "";
    });
    find("textarea", this.form).addEventListener("paste", (event) => {
      if (!event.clipboardData?.files.length) return;
      event.preventDefault();
      this.add(event.clipboardData.files);
    });
    this.bindDrop();
  }

  bindDrop() {
    const veil = element("div", { class: "drop-veil", hidden: true, "aria-hidden": "true" },
      element("p", {}, icon("attach", { size: "large" }), "Drop the files to attach them"));
    document.body.append(veil);
    let depth = 0;
    const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    const end = () => {
      depth = 0;
      veil.hidden = true;
    };
    addEventListener("dragenter", (event) => {
      if (!hasFiles(event) || !this.canTake || document.querySelector("dialog[open]")) return;
      depth += 1;
      veil.hidden = false;
    });
    addEventListener("dragleave", () => {
      depth = Math.max(0, depth - 1);
      if (depth === 0) veil.hidden = true;
    });
    addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
    addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      end();
      if (this.canTake) this.add(event.dataTransfer.files);
    });
  }
}
