// Changing a message that was sent: the conversation goes on from there with another text (spec 06 §6.4, message actions).

import { find } from "../dom.js";
import { MessageEditor } from "./message-edit.js";
import { textOf } from "./outgoing.js";

export class Edits {
  #editor = null;

  /** `post(messages, draft, retryID)` sends the conversation as it shall be. */
  constructor({ state, transcript, box, post }) {
    Object.assign(this, { state, transcript, box, post });
  }

  /** Whether a message is being changed. */
  get isOpen() {
    return this.#editor !== null;
  }

  /** Puts another text into an earlier message and goes on from there; `again` is a text that was not taken. */
  edit(message, again = null, problem = null) {
    const { messages } = this.state;
    const node = this.transcript.node(message);
    if (!node || !this.state.canAct || (this.isOpen && !again)) return this.#editor?.field.focus();
    this.#editor?.close();
    const index = messages.findIndex((other) => other.id === message.id);
    this.#editor = new MessageEditor(node, {
      text: again ?? textOf(message), dropped: messages.length - index - 1, problem,
      send: (text) => this.#send(message.id, text),
      closed: () => {
        this.#editor = null;
        find('[aria-label="Edit and send again"]', node)?.focus();
      },
    });
  }

  /** The last message of a person; answers whether it may be changed. */
  editLast() {
    const last = this.state.messages.findLast((message) => message.role === "user");
    if (!last || last.metadata?.decision || !this.state.canAct) return false;
    this.edit(last);
    return true;
  }

  /** Answers why not, when it cannot be sent now. */
  #send(id, text) {
    const { state } = this;
    if (!state.isIdle) return "The builder is working. Your text stays here; send it when the builder is done.";
    if (state.card) return "A card waits for a decision. Your text stays here; send it after that.";
    const index = state.messages.findIndex((message) => message.id === id);
    this.#editor.close();
    this.#editor = null;
    const changed = { ...state.messages[index], parts: [{ type: "text", text }] };
    this.post([...state.messages.slice(0, index), changed], { text, editOf: id }, id);
    this.box.focus();
    return null;
  }

  /** Brings what was typed into the box when the message is gone to which it belonged. */
  rescue() {
    if (!this.#editor || this.#editor.node.isConnected) return;
    const { text } = this.#editor;
    this.#editor = null;
    this.box.refuse("The message that you were changing is gone. Your text is in the box.", { text });
  }
}
