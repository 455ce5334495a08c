// The list of messages: draws them by id, redraws only what changed, at most once a frame.

import { element, find, findAll, icon } from "../dom.js";
import { copyText } from "./markdown.js";
import { linkTo } from "./message-link.js";
import { drawPart, isQuiet } from "./parts.js";
import { Follower } from "./scroll.js";

const page = 50;

export class Transcript {
  /** `root` is the scrolling log; `context` is handed to parts and message actions. */
  constructor(root, context) {
    this.root = root;
    this.context = context;
    this.list = element("div", { class: "messages" });
    this.status = element("div", { class: "run-status", "data-testid": "run-status" });
    this.earlier = element("button", { class: "button bar show-earlier", type: "button", hidden: true,
      onclick: () => this.showEarlier() }, icon("arrow-up"), "Show earlier messages");
    this.empty = element("div", { class: "transcript-empty", hidden: true }, icon("chat", { size: "large" }),
      element("p", { class: "quiet" }, "Tell the builder what the app should do."));
    const column = element("div", { class: "transcript-column" }, this.earlier, this.empty, this.list, this.status);
    root.replaceChildren(column);
    this.follower = new Follower(root, column);
    /** The first message that is drawn: what stands there stays when others follow. */
    this.firstID = null;
    this.messages = [];
    this.dirty = new Set();
  }

  toEnd() {
    this.follower.toEnd();
  }

  /** Gives the focus to the card that waits; answers whether there is one. */
  focusCard() {
    const card = find('section[data-state="waiting"]', this.list);
    card?.focus({ preventScroll: true });
    return card !== null;
  }

  /** What is being read stays where it is. */
  showEarlier() {
    const first = this.list.firstElementChild;
    const top = first.getBoundingClientRect().top;
    const isHeld = this.earlier === document.activeElement;
    this.firstID = this.messages[Math.max(0, this.#start(this.messages) - page)].id;
    this.render(this.messages);
    this.root.scrollTop += first.getBoundingClientRect().top - top;
    if (!isHeld || !this.earlier.hidden) return;
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
  }

  /** Brings a message into view, marks it and gives it the focus; answers whether it is there. */
  reveal(id) {
    const at = this.messages.findIndex((message) => message.id === id);
    if (at < 0) return false;
    if (at < this.#start(this.messages)) this.firstID = id;
    this.render(this.messages);
    for (const other of findAll(":scope > [aria-current]", this.list)) other.removeAttribute("aria-current");
    const node = this.node(this.messages[at]);
    node.setAttribute("aria-current", "true");
    node.tabIndex = -1;
    this.follower.leave();
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: "start" });
    // What came into view takes its true height only now.
    requestAnimationFrame(() => requestAnimationFrame(() => node.scrollIntoView({ block: "start" })));
    return true;
  }

  /** Where what is drawn of these messages begins. */
  #start(messages) {
    const at = messages.findIndex((message) => message.id === this.firstID);
    return at < 0 ? Math.max(0, messages.length - page) : at;
  }

  node(message) {
    return this.list.querySelector(`:scope > [data-msg-id="${CSS.escape(message.id)}"]`);
  }

  /** Shows exactly these messages; what is drawn already stays where it is. */
  render(messages) {
    const isNew = messages.length > this.messages.length;
    this.messages = messages;
    // What waits for the next frame is older than what took its place.
    if (this.last && !messages.includes(this.last)) {
      this.last = null;
      this.dirty.clear();
    }
    const visible = messages.slice(this.#start(messages));
    this.firstID = visible[0]?.id ?? null;
    this.earlier.hidden = visible.length === messages.length;
    this.empty.hidden = messages.length > 0;
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
    this.follower.grew(isNew);
  }

  /** Redraws the part of the last message in the next frame, together with whatever else changed until then. */
  renderLast(message, index) {
    this.last = message;
    this.dirty.add(index);
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      this.#draw();
    });
    // A page in the background gets no frames; it is drawn when it is looked at again.
  }

  #draw() {
    if (!this.last) return;
    const node = this.list.lastElementChild;
    if (node?.dataset.msgId === this.last.id) {
      this.#parts(node, this.last, this.dirty);
      this.follower.grew();
    } else {
      this.render([...this.messages.filter((message) => message.id !== this.last.id), this.last]);
    }
    this.dirty.clear();
  }

  #message(message) {
    const mine = message.role === "user";
    const author = mine ? message.metadata?.authorName ?? "You" : "Builder";
    const time = message.metadata?.createdAt ? new Date(message.metadata.createdAt) : null;
    const clock = time ? time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : "";
    const isOther = mine && message.metadata?.authorUserId && message.metadata.authorUserId !== this.context.personID;
    return element("article", { class: `msg msg-${message.role}`, "data-testid": "msg", "data-role": message.role,
      "data-msg-id": message.id, "aria-label": `${author}${clock ? `, ${clock}` : ""}`, title: null },
    isOther && element("p", { class: "meta msg-author" }, element("bdi", {}, author)),
    element("div", { class: "msg-parts" }), element("div", { class: "msg-actions" }));
  }

  /** Draws all parts, or only those at the indexes in `dirty`; parts only ever join at the end. */
  #parts(node, message, dirty) {
    const box = node.querySelector(".msg-parts");
    node.parts ??= new Map();
    const seen = new Set();
    message.parts.forEach((part, index) => {
      if (part.type !== "dynamic-tool" && !part.text) return;
      const identity = part.toolCallId ?? `${part.type}-${index}`;
      seen.add(identity);
      const known = node.parts.get(identity);
      if (!known) {
        const fresh = drawPart(part, this.context);
        fresh.dataset.part = identity;
        node.parts.set(identity, fresh);
        box.append(fresh);
      } else if (!dirty || dirty.has(index)) {
        known.update(part);
      }
    });
    if (!dirty) {
      for (const [identity, child] of node.parts) {
        if (seen.has(identity)) continue;
        child.remove();
        node.parts.delete(identity);
      }
    }
    const attachments = message.metadata?.attachments ?? [];
    if (attachments.length && !node.querySelector(".msg-attachments")) {
      box.after(element("ul", { class: "msg-attachments", role: "list", "aria-label": "Attached files" }, attachments.map((file) =>
        element("li", { class: "chip" }, icon("attach"), element("bdi", { class: "truncate", title: file.name }, file.name)))));
    }
    if (message.role === "assistant") fold(node, box, message.parts);
  }

  #actions(messages) {
    const last = messages.at(-1);
    for (const message of messages) {
      const node = this.node(message);
      const place = node?.querySelector(":scope > .msg-actions");
      if (!place) continue;
      const key = `${message === last}:${this.context.canAct()}`;
      if (place.dataset.drawn === key) continue;
      place.dataset.drawn = key;
      const held = place.contains(document.activeElement) ? document.activeElement.getAttribute("aria-label") : null;
      place.replaceChildren(...this.#actionsOf(message, message === last, message === messages[0]));
      if (held) find(`[aria-label="${CSS.escape(held)}"]`, place)?.focus();
    }
  }

  #actionsOf(message, isLast, isFirst) {
    const text = message.parts.filter((part) => part.type === "text").map((part) => part.text).join("\n");
    const button = (label, name, run) => {
      const made = element("button", { class: "button quiet icon-only bar", type: "button", "aria-label": label, title: label,
        onclick: () => run(made) }, icon(name));
      return made;
    };
    const actions = text ? [button("Copy", "copy", (made) => copyText(text, made))] : [];
    actions.push(button("Copy link", "link", (made) => copyText(linkTo(message.id, location.href), made)));
    if (!this.context.canCollaborate || !this.context.canAct()) return actions;
    if (message.role === "user") {
      if (!message.metadata?.decision) actions.push(button("Edit and send again", "pencil", () => this.context.edit(message)));
      if (message.metadata?.revisionId && !isFirst) {
        actions.push(button("Restore the app to before this message", "undo", () => this.context.restoreBefore(message)));
      }
    } else if (isLast) {
      actions.push(button("Try again", "refresh", () => this.context.retry()));
    }
    return actions;
  }
}

/** Whether a person opened a row or is in it. */
const isHeld = (row) => row.contains(document.activeElement) || find("details[open]", row) !== null;

/** Three and more quiet reads in a row become one line that opens; a row that somebody holds is not taken from under them. */
function fold(node, box, parts) {
  let run = [];
  const close = () => {
    const rows = run.map((part) => node.parts.get(part.toolCallId)).filter(Boolean);
    let holder = rows[0]?.closest(".quiet-run");
    const held = rows.findIndex((row) => !row.closest(".quiet-run") && isHeld(row));
    // In their order: rows after one that is held wait with it.
    const nodes = held < 0 ? rows : holder ? rows.slice(0, held) : [];
    if (nodes.length >= 3) {
      if (!holder) {
        holder = element("details", { class: "quiet-run part" },
          element("summary", {}, icon("eye"), element("span", {}), icon("chevron-right")), element("div", { class: "quiet-list" }));
        nodes[0].before(holder);
      }
      const label = `Looked at ${nodes.length} files`;
      const place = holder.querySelector("summary span");
      if (place.textContent !== label) place.textContent = label;
      for (const child of nodes) if (child.parentElement !== holder.lastElementChild) holder.lastElementChild.append(child);
    }
    run = [];
  };
  for (const part of parts) {
    if (part.type !== "dynamic-tool" && !part.text) continue;
    if (isQuiet(part)) run.push(part);
    else close();
  }
  close();
}
