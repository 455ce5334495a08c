// Live updates. One event stream per workspace and browser: the tab that holds the lock reads it and tells the others.
// Events are hints; whoever shows something fetches it anew.
//
//   start(workspaceID)                        once, by the shell
//   subscribe(["apps"], (events) => …)        120 ms after the last hint; `events` is empty when everything may have changed
//   document "second:connection"              `detail.connected`; `detail.refused` is the status when the server will not
//                                             let this browser listen: signed out, or no longer in the workspace

import { delayAfter } from "./backoff.js";
import { announce } from "./dom.js";

const subscribers = new Set();
let connected = true;
let lostTimer;
/** The status with which the server said that this browser may not listen, or null. */
let refusal = null;
/** Asks whether it still may. */
let doubt = () => {};
const refusals = new Set([401, 403, 404]);

/** Answers a function that ends the subscription. */
export function subscribe(scopes, refetch) {
  const subscriber = { scopes: new Set(scopes), events: [], isAll: false, timer: null, refetch };
  subscribers.add(subscriber);
  return () => {
    clearTimeout(subscriber.timer);
    subscribers.delete(subscriber);
  };
}

function wake(subscriber, event) {
  if (event) subscriber.events.push(event);
  else subscriber.isAll = true;
  clearTimeout(subscriber.timer);
  subscriber.timer = setTimeout(async () => {
    const heard = subscriber.events.splice(0);
    const events = subscriber.isAll ? [] : heard;
    subscriber.isAll = false;
    try {
      await subscriber.refetch(events);
      // Not every refetch asks the server: that this one went well proves nothing yet.
      if (refusal) doubt();
    } catch (error) {
      // A stream that is open stays open when the person signs out elsewhere; a refused call is the first to tell.
      if (refusals.has(error?.status)) doubt();
      // The next hint, or the reader coming back to the page, tries again.
      console.debug("refetch failed", error?.code ?? error);
    }
  }, 120);
}

/** Everything that is shown may be old: after a reconnect, and when the reader comes back. */
export function refetchAll() {
  for (const subscriber of subscribers) wake(subscriber);
}

/** Hands an event of this workspace to whoever listens to its scope; unknown versions are left alone. */
export function deliver(event, workspace) {
  if (event?.version !== 1 || event.workspaceId !== workspace) return;
  for (const subscriber of subscribers) {
    if (subscriber.scopes.has(event.scope) || event.scope === undefined) wake(subscriber, event);
  }
}

function setConnected(value) {
  if (value === connected) return;
  connected = value;
  refusal = null;
  clearTimeout(lostTimer);
  if (value) announce("second:connection", { connected: true });
  else lostTimer = setTimeout(() => announce("second:connection", { connected: false }), 5000);
}

function refuse(status) {
  // The server is asked again now and then; only another answer is news.
  if (status === refusal) return;
  connected = false;
  refusal = status;
  clearTimeout(lostTimer);
  announce("second:connection", { connected: false, refused: status });
}

export function start(workspace) {
  const name = `second-events:${workspace}`;
  const channel = "BroadcastChannel" in window ? new BroadcastChannel(name) : null;
  const receive = (message) => {
    if (message.event) deliver(message.event, workspace);
    if (message.refused) refuse(message.refused);
    else if (message.connected !== undefined) setConnected(message.connected);
    if (message.refetch) refetchAll();
  };
  if (channel) channel.onmessage = ({ data }) => receive(data);
  const share = (message) => {
    receive(message);
    channel?.postMessage(message);
  };

  let isAsking = false;
  doubt = async () => {
    if (isAsking) return;
    isAsking = true;
    const status = await statusOf(addressOf(workspace));
    isAsking = false;
    if (refusals.has(status) && !refusal) share({ refused: status });
    else if (status === 200 && refusal) share({ connected: true });
  };

  let close = () => {};
  const lead = () => {
    if (!channel || !navigator.locks) {
      close = read(workspace, receive);
      return;
    }
    const stop = new AbortController();
    let release = () => {};
    close = () => {
      stop.abort();
      release();
    };
    const hold = (isSuccessor) => {
      if (stop.signal.aborted) return null;
      const end = read(workspace, share, { isSuccessor });
      return new Promise((resolve) => {
        release = () => {
          end();
          resolve();
        };
      });
    };
    navigator.locks
      .request(name, { ifAvailable: true }, (lock) => (lock ? hold(false).then(() => true) : false))
      // Whoever takes over from another tab cannot know what was said in between.
      .then((hasLed) => hasLed || navigator.locks.request(name, { signal: stop.signal }, () => hold(true)))
      .catch(() => {
        // The page is being left while it waited for the lock.
      });
  };
  lead();
  // A page in the back/forward cache must not hold the lock.
  addEventListener("pagehide", () => close());
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    lead();
    refetchAll();
  });
  addEventListener("focus", refetchAll);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && refetchAll());
}

/** Reads the stream until told to stop, with growing pauses while the server is away. */
function read(workspace, hear, { isSuccessor = false } = {}) {
  const address = addressOf(workspace);
  let source;
  let timer;
  let tries = 0;
  let isFirst = !isSuccessor;
  let isEnded = false;
  const again = (seconds) => {
    if (!isEnded) timer = setTimeout(open, seconds * 1000);
  };
  const open = () => {
    source = new EventSource(address);
    source.onopen = () => {
      tries = 0;
      hear({ connected: true, refetch: !isFirst });
      isFirst = false;
    };
    source.onmessage = ({ data }) => {
      try {
        hear({ event: JSON.parse(data) });
      } catch {
        // Not an event of ours.
      }
    };
    source.onerror = async () => {
      // The source gives up by itself only when there was an answer and it was no stream.
      const isAnswer = source.readyState === EventSource.CLOSED;
      source.close();
      const status = isAnswer ? await statusOf(address) : 0;
      if (isEnded) return;
      isFirst = false;
      if (refusals.has(status)) {
        hear({ refused: status });
        // Somebody may sign in again in another tab.
        again(30);
        return;
      }
      hear({ connected: false });
      again(delayAfter(tries));
      tries += 1;
    };
  };
  open();
  return () => {
    isEnded = true;
    clearTimeout(timer);
    source.close();
  };
}

const addressOf = (workspace) => `/api/workspaces/${workspace}/events`;

/** An event source does not tell why it was refused. */
async function statusOf(address) {
  try {
    const response = await fetch(address, { headers: { accept: "text/event-stream" }, signal: AbortSignal.timeout(10_000) });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}
