// What a card of the provider step says about a runtime, from `GET /api/setup/detect-provider`. Pure.

const install = {
  "claude-code": "Install Claude Code on this server, then look again.",
  "codex-cli": "Install the Codex CLI on this server, then look again.",
  opencode: "Install OpenCode on this server, then look again.",
};
const signIn = {
  "claude-code": "Sign in with “claude” on this server, or set ANTHROPIC_API_KEY.",
  "codex-cli": "Sign in with “codex login” on this server, or set OPENAI_API_KEY.",
  opencode: "Add a provider with “opencode auth login” on this server.",
};

/** `{ state, badge, kind, detail, canUse }`; `state` is `ready`, `sign-in`, `faulty`, `upgrade`, `setup` or `missing`. */
export function cardOf(id, runtime, { isDemo = false, isOffered = true } = {}) {
  if (!isOffered) {
    return { state: "missing", badge: "Not offered", kind: "", detail: "This server cannot run it yet.", canUse: false };
  }
  const { linuxBubblewrapRequired: isBoxNeeded, linuxBubblewrapAvailable: hasBox, installed, starts } = runtime?.features ?? {};
  if (runtime && !runtime.available && installed && ((isBoxNeeded && !hasBox) || !starts)) {
    return { state: "setup", badge: "Needs setup", kind: "warn", detail: runtime.error ?? "It does not start.", canUse: false };
  }
  if (!runtime?.available) {
    return { state: "missing", badge: "Not found", kind: "", detail: install[id] ?? "", canUse: false };
  }
  const version = runtime.version ? `Version ${runtime.version}` : "Installed";
  if (runtime.error === "upgrade_required") {
    return { state: "upgrade", badge: "Needs upgrade", kind: "warn", detail: `${version} is too old for Second.`, canUse: false };
  }
  if (isBoxNeeded && !hasBox) {
    return { state: "setup", badge: "Needs setup", kind: "warn", detail: `${version}. Bubblewrap is missing on this server.`, canUse: false };
  }
  if (isFaulty(runtime)) {
    return { state: "faulty", badge: "Does not work", kind: "bad", detail: faultText(runtime), canUse: true };
  }
  const hasKey = runtime.auth?.envKeyConfigured || runtime.auth?.cliLikelyConfigured || runtime.auth?.localAuthConfigured;
  if (!hasKey && !isDemo) {
    return { state: "sign-in", badge: "Needs sign-in", kind: "warn", detail: `${version}. ${signIn[id] ?? ""}`, canUse: true };
  }
  return { state: "ready", badge: "Detected", kind: "ok", detail: isDemo ? `${version}, with the recorded model` : version, canUse: true };
}

/** The self-test of this version failed; whoever wants may still try. */
export const isFaulty = (runtime) => Boolean(runtime?.available && runtime.selfTest && !runtime.selfTest.passed);

/** The server's one line about it, which names the version and the step that failed. */
export const faultText = (runtime) =>
  runtime.selfTest.message ?? `Does not work with this version: its self-test failed (${runtime.selfTest.code}).`;

/** The card of a list entry: `data-runtime` names it, `data-offered` says whether this server could run it. */
export const cardFor = (node, found) =>
  cardOf(node.dataset.runtime, found.runtimes?.[node.dataset.runtime], {
    isDemo: found.isDemo,
    isOffered: node.dataset.offered !== "false",
  });

/** No agent on this server could answer a prompt as it is; the cards say why. */
export const isNoneReady = (cards) => !cards.some((card) => card.state === "ready");
