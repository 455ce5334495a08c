// What tool results say, and which cards wait for a person (spec 02 §12).

const approvalTools = new Set(["mcp__second__present_plan", "mcp__second__present_suggestions"]);

/** The first object, through JSON in strings, arrays, `text` and `content`, that fulfils the condition. */
export function payload(value, condition, depth = 8) {
  if (depth === 0 || value === null || value === undefined) return undefined;
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = payload(item, condition, depth - 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof value === "object") {
    if (condition(value)) return value;
    const keys = Object.keys(value);
    for (const key of ["text", "content", ...keys.filter((key) => key !== "text" && key !== "content").sort()]) {
      const found = payload(value[key], condition, depth - 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof value === "string" && /^\s*[[{]/.test(value)) {
    try {
      return payload(JSON.parse(value), condition, depth - 1);
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** The text that a person would read; what lies deeper than anybody means is left out. */
export function flatten(value, depth = 16) {
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value;
  if (depth === 0) return "…";
  if (Array.isArray(value)) return value.map((item) => flatten(item, depth - 1)).join("\n");
  if (typeof value === "object") {
    if ("text" in value) return flatten(value.text, depth - 1);
    if ("content" in value) return flatten(value.content, depth - 1);
    return inJSON(value);
  }
  return String(value);
}

/** A value as JSON to look at; one that is nested too deep to be written says so. */
export function inJSON(value) {
  try {
    return JSON.stringify(value, null, 2) ?? "";
  } catch {
    return "… nested too deep to be shown …";
  }
}

export const isApprovalTool = (name) => approvalTools.has(name);

/** Whether the part is a card whose result was presented. */
export function isPresented(part) {
  if (part.type !== "dynamic-tool" || !approvalTools.has(part.toolName)) return false;
  if (part.state !== "output-available" || part.preliminary) return false;
  const result = payload(part.output, (object) => typeof object.status === "string");
  return result?.ok === true && result.status === "presented";
}

/** The card that waits for a person, or null. */
export function pendingApproval(messages) {
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index];
    if (message.role !== "assistant") return null;
    for (let at = message.parts.length - 1; at >= 0; at--) {
      const part = message.parts[at];
      if (part.type === "dynamic-tool" && approvalTools.has(part.toolName)) return isPresented(part) ? part : null;
    }
  }
  return null;
}

/** The decision that was taken on a card, from the messages after it. */
export function decisionOn(messages, toolCallId) {
  for (const message of messages) {
    const decision = message.metadata?.decision;
    if (decision?.toolCallId === toolCallId) return { ...decision, message };
  }
  return null;
}

export const buildTool = "mcp__second__done_building";

/** `{ status, summary, fileCount, totalBytes, warning }` of a good build, or null. */
export function buildResult(part) {
  if (part.toolName !== buildTool || part.state !== "output-available") return null;
  return payload(part.output, (object) => object.status === "complete") ?? null;
}
