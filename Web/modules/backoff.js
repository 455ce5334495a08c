// How long to wait before the next try: 1, 2, 4 … 30 seconds.

/** Seconds before try number `tries`, counted from 0. */
export const delayAfter = (tries) => Math.min(30, 2 ** Math.min(tries, 10));
