// Reads the stream of a turn to its end, through connections that break or fall silent (spec 06 §6.4).

import { readStream } from "./stream.js";

/** The server sends at least a keep-alive every 15 s; after this long without a byte nothing will come any more. */
export const silence = 45_000;
/** As long is suspicious: whoever comes back to the page need not wait for the rest. */
export const suspicion = 20_000;
/** The reader is told about a lost connection only then. */
export const lostAfter = 5_000;
const first = 300;
const again = 2_000;

export class TurnStream {
  #lostAt = null;
  #tries = 0;

  /**
   * `join(sequence)` answers a response, status 200 when it can be read; `isOver()` whether the turn has ended, as far as
   * that can be found out; `isComplete()` whether the answer itself says that nothing follows; `onLost(flag)` hears what the
   * reader should be told. What `isOver` throws ends the reading.
   */
  constructor({ join, isOver, isComplete, onChunk, onLost, clock }) {
    Object.assign(this, { join, isOver, isComplete, onChunk, onLost, clock });
  }

  /** Comes back when the stream has ended, or the turn ended without it. */
  async read(response, sequence = 0) {
    for (;;) {
      const end = await this.#listen(response, sequence);
      sequence = end.sequence;
      if (end.done || this.isComplete()) return;
      response = await this.#rejoin(sequence);
      if (!response) return;
    }
  }

  /** The reader came back, or the network did (`isNew`): a connection that may be dead is given up now. */
  look({ isNew = false } = {}) {
    if (this.wake) this.wake();
    else if (this.reading && (isNew || this.clock.now() - this.heardAt > suspicion)) this.reading.abort();
  }

  async #listen(response, sequence) {
    this.reading = new AbortController();
    this.heardAt = this.clock.now();
    const watch = this.clock.every(5_000, () => this.clock.now() - this.heardAt > silence && this.reading?.abort());
    try {
      return await readStream(response, this.onChunk, {
        sequence,
        signal: this.reading.signal,
        onAlive: () => {
          this.heardAt = this.clock.now();
          this.#tries = 0;
        },
      });
    } finally {
      watch();
      this.reading = null;
    }
  }

  /** A new connection for what follows `sequence`; `null` when the turn has ended meanwhile. */
  async #rejoin(sequence) {
    this.#lostAt = this.clock.now();
    const watch = this.clock.every(1_000, () => this.#tell());
    try {
      for (;;) {
        await this.#pause(this.#tries === 0 ? first : again);
        this.#tries += 1;
        try {
          const response = await this.join(sequence);
          if (response.status === 200) return response;
        } catch {
          // No answer: the stored conversation will not be had either, but asking says whether we may know it at all.
        }
        if (await this.isOver()) return null;
      }
    } finally {
      watch();
      this.#lostAt = null;
      this.onLost(false);
    }
  }

  #tell() {
    if (this.#lostAt !== null && this.clock.now() - this.#lostAt >= lostAfter) this.onLost(true);
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      const cancel = this.clock.after(milliseconds, () => this.wake());
      this.wake = () => {
        cancel();
        this.wake = null;
        resolve();
      };
    });
  }
}

/** `now` counts the time that the machine slept as well. Each timer answers a function that ends it. */
export const pageClock = {
  now: () => Date.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
  every(milliseconds, run) {
    const timer = setInterval(run, milliseconds);
    return () => clearInterval(timer);
  },
};
