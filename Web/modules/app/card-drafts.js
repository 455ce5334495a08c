// What a person has begun to change on the cards of a conversation; it outlives a card that is drawn anew, or was sent in vain.

export class CardDrafts {
  #drafts = new Map();

  /** The draft of a card: `{ removed, changed, request, isOpen, problem }`, to be changed in place. */
  of(toolCallID) {
    if (!this.#drafts.has(toolCallID)) {
      this.#drafts.set(toolCallID, { removed: new Set(), changed: new Map(), request: "", isOpen: false, problem: null });
    }
    return this.#drafts.get(toolCallID);
  }
}
