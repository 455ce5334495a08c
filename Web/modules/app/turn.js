// One turn of the builder, from whatever stream it can be had, until the stored conversation says that it is over.

import { announce } from "../dom.js";
import { Accumulator } from "./accumulate.js";
import { buildResult } from "./tools.js";
import { lostAfter, pageClock, TurnStream } from "./turn-stream.js";

const fileTools = new Set(["Write", "Edit", "MultiEdit", "NotebookEdit", "Bash"]);

export class Turn {
  /**
   * `join(options)` asks for a stream; `read()` reads the stored conversation and answers whether it could, and `isOver`
   * that the turn has ended as far as that says; it throws what makes asking again useless. `grew(message, index)` hears of
   * each part that changed, `unheard()` that the server has nothing of a running turn to be read from its beginning,
   * `lost(flag)` what the reader should be told about the connection.
   */
  constructor({ join, read, isOver, grew, unheard, lost }) {
    Object.assign(this, { join, read, isOver, grew, unheard, lost });
    /** The answer that is coming in. */
    this.live = null;
    this.stream = null;
    this.silentSince = null;
  }

  get message() {
    return this.live?.message ?? null;
  }

  /** What came in is stored by now. */
  drop() {
    this.live = null;
  }

  /** The reader came back to the page, or the network did (`isNew`). */
  look(options) {
    this.stream?.look(options);
  }

  /** `response` is the turn's own stream, when there is one; otherwise it is joined as soon as it can be. */
  async follow(response) {
    if (response) this.#start(response);
    for (;;) {
      if (response) {
        await this.#listen(response);
        // A turn that has ended is stored a moment later; by then the next one may be running, which is joined at once.
        for (let attempt = 0; attempt < 15; attempt++) {
          if (await this.#hasEnded()) return;
          if (!this.live) break;
          await pause(attempt < 5 ? 150 : 1000);
        }
      }
      do {
        if (await this.#hasEnded()) return;
        response = await this.#join();
        if (!response) await pause(2000);
      } while (!response);
    }
  }

  #start(response) {
    this.streamID = response.headers.get("x-second-stream-id");
    this.live = new Accumulator();
  }

  /** Reads the stream with the state that is held. */
  async #listen(response) {
    this.stream = new TurnStream({
      join: (sequence) => this.join({ cursor: sequence, streamID: this.streamID }),
      isOver: async () => (await this.#hasEnded()) || !this.live,
      isComplete: () => this.live === null || this.live.finished || this.live.error !== null,
      onChunk: (chunk) => this.#chunk(chunk),
      onLost: (isLost) => this.lost(isLost),
      clock: pageClock,
    });
    try {
      await this.stream.read(response);
    } finally {
      this.stream = null;
    }
  }

  /** A stream from the beginning, which repeats the whole answer; `null` while there is none. */
  async #join() {
    try {
      const response = await this.join({});
      if (response.status === 204) this.unheard();
      if (response.status !== 200) return null;
      this.#start(response);
      return response;
    } catch {
      return null;
    }
  }

  async #hasEnded() {
    const isRead = await this.read();
    this.silentSince = isRead ? null : (this.silentSince ?? pageClock.now());
    // While a stream is held it tells by itself.
    if (!this.stream) this.lost(!isRead && pageClock.now() - this.silentSince >= lostAfter);
    return isRead && this.isOver();
  }

  #chunk(chunk) {
    const index = this.live?.add(chunk) ?? null;
    if (index === null) return;
    this.grew(this.live.message, index);
    tell(this.live.message.parts[index]);
  }
}

/** What the rest of the page learns from a part: that something was built, files changed, and what is being done. */
function tell(part) {
  if (part.type !== "dynamic-tool") return;
  if (part.state === "output-available" && !part.preliminary) {
    if (buildResult(part)) announce("second:built", {});
    else if (fileTools.has(part.toolName)) announce("second:files-changed", {});
  }
  const word = part.toolName === "mcp__second__present_plan" ? "planning"
    : part.toolName === "mcp__second__done_building" ? "preparing" : fileTools.has(part.toolName) ? "building" : null;
  if (word) announce("second:phase", { word });
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
