// What is sent: the person's message as the conversation holds it, and what is done with one that was not taken.

import { makeID } from "./ids.js";
import { decisionOn } from "./tools.js";

/**
 * The message of `{ text, attachments, decision }`, written by `author` { personId, personName } now. What was sent before
 * and had no answer has that `messageID` again, so that the server knows it when it did arrive.
 */
export function outgoing({ text, attachments, decision, messageID }, { personId, personName }) {
  return {
    id: messageID ?? makeID(),
    role: "user",
    parts: [{ type: "text", text }],
    metadata: {
      createdAt: new Date().toISOString(), authorUserId: personId, authorName: personName,
      ...(attachments?.length ? { attachments } : {}),
      ...(decision ? { decision } : {}),
    },
  };
}

export const textOf = (message) => message.parts.filter((part) => part.type === "text").map((part) => part.text).join("\n");

/**
 * Where a message that was not taken goes, as the stored conversation now stands: `queue`, `editor`, `card`, `box`, or
 * `nowhere` when nothing was typed; with the `reason` to be shown.
 */
export function wayBack(draft, reason, messages, isPending) {
  if (!draft) return { place: "nowhere", reason };
  if (draft.id) return { place: "queue", reason };
  if (draft.editOf) return { place: messages.some((message) => message.id === draft.editOf) ? "editor" : "box", reason };
  if (!draft.decision) return { place: "box", reason };
  if (isPending) return { place: "card", reason };
  const other = decisionOn(messages, draft.decision.toolCallId);
  const who = other?.message.metadata?.authorName;
  return {
    place: draft.decision.verdict === "changes_requested" ? "box" : "nowhere",
    reason: other ? `${who ?? "Somebody"} has already decided about this card.` : reason,
  };
}
