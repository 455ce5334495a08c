// Reads the UI message stream: server-sent events over fetch, resumable by sequence number.

/** Turns pieces of text into events `{ id, data }`; comments are dropped, an event may arrive in any number of pieces. */
export class EventDecoder {
  #rest = "";

  feed(text) {
    this.#rest += text;
    const events = [];
    let end;
    while ((end = this.#boundary()) !== null) {
      const block = this.#rest.slice(0, end.index);
      this.#rest = this.#rest.slice(end.index + end.length);
      const event = { id: null, data: null };
      for (const line of block.split(/\r\n|\n|\r/)) {
        if (line.startsWith("data:")) {
          const value = line.slice(5).replace(/^ /, "");
          event.data = event.data === null ? value : `${event.data}\n${value}`;
        } else if (line.startsWith("id:")) {
          event.id = line.slice(3).trim();
        }
      }
      if (event.data !== null) events.push(event);
    }
    return events;
  }

  #boundary() {
    const match = /\r\n\r\n|\n\n|\r\r/.exec(this.#rest);
    return match ? { index: match.index, length: match[0].length } : null;
  }
}

/**
 * Reads a response to its end. `onChunk(chunk, sequence)` gets each object, `onAlive()` hears of every piece, keep-alives
 * too; answers `{ done, sequence }`: `done` is false when the connection broke, or `signal` ended it, before `[DONE]`.
 */
export async function readStream(response, onChunk, { sequence = 0, onAlive, signal } = {}) {
  const decoder = new EventDecoder();
  const text = new TextDecoder();
  const reader = response.body.getReader();
  const leave = () => void reader.cancel().catch(() => {});
  signal?.addEventListener("abort", leave);
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return { done: false, sequence };
      onAlive?.();
      for (const event of decoder.feed(text.decode(value, { stream: true }))) {
        if (event.data === "[DONE]") return { done: true, sequence };
        const number = event.id === null ? null : Number(event.id);
        // What was seen before is not applied again.
        if (number !== null && number <= sequence) continue;
        if (number !== null) sequence = number;
        let chunk;
        try {
          chunk = JSON.parse(event.data);
        } catch {
          continue;
        }
        onChunk(chunk, number);
      }
    }
  } catch {
    return { done: false, sequence };
  } finally {
    signal?.removeEventListener("abort", leave);
    leave();
  }
}
