// Builds the assistant's message from the stream's chunks, as the server does (spec 02 §7.4).

import { makeID } from "./ids.js";

/** The message so far and which parts changed since the last look. */
export class Accumulator {
  constructor() {
    this.message = null;
    this.blocks = new Map();
    this.inputs = new Map();
    this.error = null;
    this.finished = false;
  }

  /** Applies one chunk; answers the index of the part that changed, or null. */
  add(chunk) {
    if (chunk.type === "start") {
      this.message = { id: chunk.messageId, role: "assistant", parts: [] };
      return null;
    }
    this.message ??= { id: `local-${makeID()}`, role: "assistant", parts: [] };
    const { parts } = this.message;
    switch (chunk.type) {
      case "text-start":
      case "reasoning-start": {
        const type = chunk.type.slice(0, -6);
        this.blocks.set(chunk.id, parts.length);
        return parts.push({ type, text: "", state: "streaming" }) - 1;
      }
      case "text-delta":
      case "reasoning-delta":
        return this.#block(chunk.id, (part) => (part.text += chunk.delta));
      case "text-end":
      case "reasoning-end": {
        const index = this.#block(chunk.id, (part) => (part.state = "done"));
        this.blocks.delete(chunk.id);
        return index;
      }
      case "tool-input-start":
        this.inputs.set(chunk.toolCallId, "");
        return parts.push({
          type: "dynamic-tool", toolName: chunk.toolName, toolCallId: chunk.toolCallId, state: "input-streaming",
        }) - 1;
      case "tool-input-delta":
        return this.#tool(chunk, null, (part) => {
          const text = (this.inputs.get(chunk.toolCallId) ?? "") + chunk.inputTextDelta;
          this.inputs.set(chunk.toolCallId, text);
          // Read again only now and then: a large input would otherwise be read for every piece.
          const step = text.length < 4000 ? 1 : text.length / 8;
          if (text.length - (part.readAt ?? 0) >= step) {
            part.readAt = text.length;
            const value = parsePartial(text);
            if (value !== undefined) part.input = value;
          }
        });
      case "tool-input-available":
        this.inputs.delete(chunk.toolCallId);
        return this.#tool(chunk, chunk.toolName, (part) => {
          delete part.readAt;
          part.state = "input-available";
          part.input = chunk.input;
        });
      case "tool-input-error":
        this.inputs.delete(chunk.toolCallId);
        return this.#tool(chunk, chunk.toolName, (part) => {
          delete part.readAt;
          Object.assign(part, { state: "output-error", input: chunk.input, errorText: chunk.errorText });
        });
      case "tool-output-available":
        return this.#tool(chunk, null, (part) => {
          part.state = "output-available";
          part.output = chunk.output;
          if (chunk.preliminary) part.preliminary = true;
          else delete part.preliminary;
        });
      case "tool-output-error":
        return this.#tool(chunk, null, (part) => {
          delete part.preliminary;
          Object.assign(part, { state: "output-error", errorText: chunk.errorText });
        });
      case "error":
        this.error = chunk.errorText;
        return null;
      case "finish":
        this.finished = true;
        return null;
      default:
        return null;
    }
  }

  #block(id, change) {
    const index = this.blocks.get(id);
    if (index === undefined) return null;
    change(this.message.parts[index]);
    return index;
  }

  #tool(chunk, name, change) {
    const { parts } = this.message;
    let index = parts.findIndex((part) => part.toolCallId === chunk.toolCallId);
    if (index < 0) {
      if (name === null) return null;
      index = parts.push({ type: "dynamic-tool", toolName: name, toolCallId: chunk.toolCallId }) - 1;
    }
    change(parts[index]);
    return index;
  }
}

/** As much of a JSON text as has arrived; `undefined` when nothing can be read. */
export function parsePartial(text) {
  try {
    return JSON.parse(text);
  } catch {
    // Not whole yet.
  }
  const closers = [];
  let inString = false;
  let escaped = false;
  // Where the text may be cut: the end of it, how many were open there, and which of those were closed since. What was opened
  // is never copied: a text of nothing but brackets would cost the square of its length.
  let safe = null;
  let closedSince = [];
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (escaped) escaped = false;
      else if (character === "\\") escaped = true;
      else if (character === '"') inString = false;
      continue;
    }
    if (character === '"') inString = true;
    else if (character === "{") closers.push("}");
    else if (character === "[") closers.push("]");
    else if (character === "}" || character === "]") {
      const closed = closers.pop();
      if (closed === undefined) return undefined;
      closedSince.push(closed);
    }
    if (character === "{" || character === "[") safe = index + 1;
    else if (character === ",") safe = index;
    else continue;
    closedSince = [];
  }
  const end = [...closers].reverse().join("");
  const candidates = [inString ? `${escaped ? text.slice(0, -1) : text}"${end}` : text + end];
  if (safe !== null) candidates.push(text.slice(0, safe) + closedSince.join("") + end);
  for (const candidate of candidates) {
    try {
      return JSON.parse(candidate);
    } catch {
      // The next candidate keeps less.
    }
  }
  return undefined;
}
