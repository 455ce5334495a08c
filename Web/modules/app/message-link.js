// Links to one message of a conversation: the page's own address with the message in the fragment (spec 06 §6.4, message actions).

const mark = "#message-";

/** The address that leads to a message; the version that is shown stays in it. */
export function linkTo(id, address) {
  const link = new URL(address);
  link.hash = mark + encodeURIComponent(id);
  return link.href;
}

/** The id that a fragment names, or `null`. */
export function linkedID(fragment) {
  if (!fragment.startsWith(mark)) return null;
  try {
    return decodeURIComponent(fragment.slice(mark.length)) || null;
  } catch {
    return null;
  }
}
