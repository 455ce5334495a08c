// What a field of the first steps may hold: the server's own rules (IdentityForm, WorkspaceService), so that neither lets through
// what the other refuses. Lengths are UTF-16 units, as both count them. Pure.

/** Whether an address is one: 3 to 254, one @, no white space, a domain with a dot inside. */
export function isAddress(text) {
  if (text.length < 3 || text.length > 254 || /[\s\u0000-\u001f\u007f]/u.test(text)) return false;
  const parts = text.split("@");
  const [local, domain] = parts;
  return parts.length === 2 && local !== "" && domain !== "" && !domain.startsWith(".") && !domain.endsWith(".") && domain.includes(".");
}

/** Whether a field's text is fine. `field`: `{ type, value, required, minLength, maxLength }`, lengths below 0 for none. */
export function isFine({ type, value, required, minLength, maxLength }) {
  const text = value.trim();
  if (!text) return !required;
  if (type === "email") return isAddress(text);
  return text.length >= minLength && (maxLength < 0 || text.length <= maxLength);
}

/** The field that a refusal is about, or `null` when it says nothing of one. */
export const fieldOf = (code) =>
  ({ invalid_display_name: "displayName", invalid_name: "displayName", invalid_email: "email", invalid_role: "profileRole",
    invalid_profile_role: "profileRole", invalid_workspace: "workspaceName" })[code] ?? null;
