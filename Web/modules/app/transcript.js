// The list of messages: draws and redraws them by id, follows the end only for those who are there already.

import { element, findAll, icon } from "../dom.js";
import { copyText } from "./markdown.js";
import { drawPart, isQuiet } from "./parts.js";

const nearEnd = 80;
const page = 50;

export class Transcript {
  /** `root` is the scrolling log; `context` is handed to parts and message actions. */
  constructor(root, context) {
    this.root = root;
    this.context = context;
    this.list = element("div", { class: "messages" });
    this.status = element("div", { class: "run-status", "data-testid": "run-status" });
    this.earlier = element("button", { class: "button bar show-earlier", type: "button", hidden: true,
      onclick: () => this.showEarlier() }, "Show earlier messages");
    this.jump = element("button", { class: "button jump", type: "button", hidden: true, onclick: () => this.toEnd(true) },
      icon("arrow-down"), element("span", {}, "Jump to latest"));
    root.replaceChildren(this.earlier, this.list, this.status);
    root.after(this.jump);
    this.shown = page;
    this.following = true;
    this.messages = [];
    root.addEventListener("scroll", () => {
      this.following = this.distance() < nearEnd;
      if (this.following) this.jump.hidden = true;
    }, { passive: true });
    new ResizeObserver(() => this.following && this.toEnd()).observe(this.list);
  }

  distance() {
    return this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight;
  }

  toEnd(follow = false) {
    if (follow) this.following = true;
    this.root.scrollTop = this.root.scrollHeight;
    this.jump.hidden = true;
  }

  showEarlier() {
    const before = this.root.scrollHeight;
    this.shown += page;
    this.render(this.messages);
    this.root.scrollTop += this.root.scrollHeight - before;
  }

  /** Shows exactly these messages; what is drawn already stays where it is. */
  render(messages) {
    this.messages = messages;
    const visible = messages.slice(-this.shown);
    this.earlier.hidden = visible.length === messages.length;
    const known = new Map(findAll(":scope > .msg", this.list).map((node) => [node.dataset.msgId, node]));
    let previous = null;
    for (const message of visible) {
      let node = known.get(message.id);
      if (node) known.delete(message.id);
      else node = this.#message(message);
      const place = previous ? previous.nextElementSibling : this.list.firstElementChild;
      if (node !== place) this.list.insertBefore(node, place);
      this.#parts(node, message);
      previous = node;
    }
    for (const node of known.values()) node.remove();
    this.#actions(visible);
    this.#follow();
  }

  /** Redraws the last message once in the next frame, however many chunks came. */
  renderLast(message) {
    this.last = message;
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      const node = this.list.lastElementChild;
      if (node?.dataset.msgId === this.last.id) {
        this.#parts(node, this.last);
        this.#follow();
      } else {
        this.render([...this.messages.filter((message) => message.id !== this.last.id), this.last]);
      }
    });
  }

  #follow() {
    if (this.following) this.toEnd();
    else if (this.distance() > nearEnd) this.jump.hidden = false;
  }

  #message(message) {
    const mine = message.role === "user";
    const author = mine ? message.metadata?.authorName ?? "You" : "Builder";
    const time = message.metadata?.createdAt ? new Date(message.metadata.createdAt) : null;
    const clock = time ? time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : "";
    const isOther = mine && message.metadata?.authorUserId && message.metadata.authorUserId !== this.context.personID;
    return element("article", { class: `msg msg-${message.role}`, "data-testid": "msg", "data-role": message.role,
      "data-msg-id": message.id, "aria-label": `${author}${clock ? `, ${clock}` : ""}` },
    isOther && element("p", { class: "meta msg-author" }, author),
    element("div", { class: "msg-parts" }), element("div", { class: "msg-actions" }));
  }

  #parts(node, message) {
    const box = node.querySelector(".msg-parts");
    const wanted = message.parts.filter((part) => part.type === "text" ? part.text : part.type !== "reasoning" || part.text);
    // Parts only ever join at the end, so a known one stays where it is, folded or not.
    const known = new Map([...box.querySelectorAll(".part")].map((child) => [child.dataset.part, child]));
    wanted.forEach((part, index) => {
      const identity = part.toolCallId ?? `${part.type}-${index}`;
      const child = known.get(identity);
      if (child) {
        known.delete(identity);
        child.update(part);
      } else {
        const fresh = drawPart(part, this.context);
        fresh.dataset.part = identity;
        box.append(fresh);
      }
    });
    for (const child of known.values()) child.remove();
    const attachments = message.metadata?.attachments ?? [];
    let row = node.querySelector(".msg-attachments");
    if (attachments.length && !row) {
      row = element("ul", { class: "msg-attachments", role: "list" }, attachments.map((file) =>
        element("li", { class: "chip" }, icon("attach"), element("bdi", {}, file.name))));
      box.after(row);
    }
    fold(box, wanted);
  }

  #actions(messages) {
    const lastUser = messages.findLast?.((message) => message.role === "user");
    for (const message of messages) {
      const node = this.list.querySelector(`:scope > [data-msg-id="${CSS.escape(message.id)}"] > .msg-actions`);
      if (!node || node.dataset.drawn === `${message === lastUser}`) continue;
      node.dataset.drawn = `${message === lastUser}`;
      const text = message.parts.filter((part) => part.type === "text").map((part) => part.text).join("\n");
      const copy = element("button", { class: "button quiet bar", type: "button", onclick: () => copyText(text, copy) }, "Copy");
      const actions = text ? [copy] : [];
      if (message.role === "user" && this.context.canCollaborate) {
        if (!message.metadata?.decision) actions.push(element("button", { class: "button quiet bar", type: "button",
          onclick: () => this.context.edit(message) }, "Edit"));
        if (message.metadata?.revisionId && message !== messages[0]) {
          actions.push(element("button", { class: "button quiet bar", type: "button",
            onclick: () => this.context.restoreBefore(message) }, "Restore app to before this"));
        }
      }
      node.replaceChildren(...actions);
    }
  }
}

/** Three and more quiet reads in a row become one line that opens. */
function fold(box, parts) {
  let run = [];
  const nodes = new Map([...box.querySelectorAll(":scope > .part, :scope > .quiet-run > .part")].map((node) => [node.dataset.part, node]));
  const close = () => {
    if (run.length >= 3) {
      const first = nodes.get(run[0].toolCallId);
      let holder = first.parentElement.classList.contains("quiet-run") ? first.parentElement : null;
      if (!holder) {
        holder = element("details", { class: "quiet-run" }, element("summary", {}, icon("eye"), element("span", {})));
        first.before(holder);
      }
      holder.querySelector("summary span").textContent = `Looked at ${run.length} files`;
      for (const part of run) {
        const node = nodes.get(part.toolCallId);
        if (node.parentElement !== holder) holder.append(node);
      }
    }
    run = [];
  };
  for (const part of parts) {
    if (isQuiet(part)) run.push(part);
    else close();
  }
  close();
}
