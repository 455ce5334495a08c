// Ids for what is made here: messages, attachments.

/** 32 hexadecimal characters; also where the page is not served securely and `randomUUID` is missing. */
export function makeID() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
