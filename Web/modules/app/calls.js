// The calls of a conversation (spec 02 §5–§6). A refusal is an `ApiError`; no answer at all is whatever `fetch` throws.

import { ApiError, api, get } from "../http.js";

export class ChatCalls {
  /** `base` is the address of the app in the API. */
  constructor(base) {
    this.base = base;
  }

  async makeRun() {
    return (await api("POST", `${this.base}/runs`)).id;
  }

  /** Answers the response with the stream; it is never aborted, because the turn belongs to the server. */
  async send(runID, { messages, retryID, runtime, attachments = [] }) {
    const response = await fetch(`${this.base}/runs/${runID}/chat`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({
        id: runID,
        trigger: retryID ? "regenerate-message" : "submit-message",
        // The server has the history; of it only ids, order and the newest text count.
        messages: messages.map(({ id, role, parts, metadata }) => ({
          id, role, metadata, parts: role === "user" ? parts.filter((part) => part.type === "text") : [],
        })),
        ...(retryID ? { retryLastMessageId: retryID } : {}),
        ...runtime,
        attachments,
      }),
    });
    if (response.ok) return response;
    const refusal = await response.json().catch(() => ({}));
    throw new ApiError(response.status, refusal.error ?? "unknown", refusal.message);
  }

  /** The running turn's stream after `cursor`, within ten seconds; status 204 when there is none to join. */
  async join(runID, { cursor = 0, streamID } = {}) {
    const address = new URL(`${this.base}/runs/${runID}/chat/stream`, location.href);
    if (streamID) address.searchParams.set("streamId", streamID);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), 10_000);
    try {
      return await fetch(address, {
        signal: stop.signal,
        headers: { accept: "text/event-stream", ...(cursor ? { "last-event-id": String(cursor) } : {}) },
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** The stored conversation, within ten seconds. */
  read(runID) {
    return get(`${this.base}/runs/${runID}/chat`, { signal: AbortSignal.timeout(10_000) });
  }

  stop(runID) {
    return api("POST", `${this.base}/runs/${runID}/chat/stop`);
  }

  restore(revisionID) {
    return api("POST", `${this.base}/versions/${revisionID}/restore`);
  }
}
