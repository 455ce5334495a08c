// The pure parts of the page modules; `node --test Tests/Browser` runs them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { admit, limits, refusalText, sizeText } from "../../Web/modules/attachment-rules.js";
import { delayAfter } from "../../Web/modules/backoff.js";
import { actionFor } from "../../Web/modules/composer-keys.js";
import { cardOf, isNoneReady } from "../../Web/modules/onboarding/provider-state.js";
import { match, score } from "../../Web/modules/palette-match.js";
import { settle, switchModel, words } from "../../Web/modules/runtime-choice.js";
import { split, stateOf, withStatuses } from "../../Web/modules/sidebar-rows.js";
import { duration, timeAgo } from "../../Web/modules/time.js";

const registry = {
  runtimes: [
    {
      id: "claude-code",
      name: "Claude Code",
      defaultModel: "opus",
      acceptsAnyModel: false,
      models: [{ id: "opus", name: "Opus" }, { id: "haiku", name: "Haiku" }],
      controls: [
        {
          id: "effort",
          name: "Effort",
          options: [{ id: "xhigh", models: ["opus"] }, { id: "low" }, { id: "high" }, { id: "max", models: ["opus"] }],
        },
        { id: "thinking", name: "Thinking", options: [{ id: "adaptive", models: ["opus"] }, { id: "disabled" }] },
      ],
    },
    { id: "opencode", name: "OpenCode", defaultModel: "a/b", acceptsAnyModel: true, models: [], controls: [] },
  ],
};

test("settings without a wish are the defaults", () => {
  assert.deepEqual(settle(registry), {
    runtimeId: "claude-code",
    runtimeModel: "opus",
    runtimeParams: { effort: "xhigh", thinking: "adaptive" },
  });
  assert.equal(settle({ runtimes: [] }), null);
});

test("a model that takes less moves the parameters and says so", () => {
  const { settings, moved } = switchModel(registry, settle(registry), "claude-code", "haiku");
  assert.deepEqual(settings.runtimeParams, { effort: "high", thinking: "disabled" });
  assert.deepEqual(moved, ["Effort is now high", "Thinking is now off"]);
});

test("unknown models become the default, free ones stay where any is accepted", () => {
  assert.equal(settle(registry, { runtimeId: "claude-code", runtimeModel: "nope" }).runtimeModel, "opus");
  assert.equal(settle(registry, { runtimeId: "opencode", runtimeModel: "x.y/z/1" }).runtimeModel, "x.y/z/1");
  assert.equal(settle(registry, { runtimeId: "opencode", runtimeModel: "no slash" }).runtimeModel, "a/b");
  assert.equal(words("workspace-write"), "workspace only");
});

test("files are admitted up to each limit and not beyond", () => {
  const file = (size, name = "f") => ({ name, size });
  assert.equal(admit([], [file(limits.file)]).accepted.length, 1);
  assert.equal(admit([], [file(limits.file + 1)]).refused[0].reason, "it is larger than 25 MB");
  assert.equal(admit([], [file(0)]).refused[0].reason, "it is empty");
  assert.equal(admit(Array(9).fill(file(1)), [file(1), file(1)]).accepted.length, 1);
  assert.equal(admit([file(limits.file), file(limits.file)], [file(1)]).refused[0].reason, "all files together may have 50 MB");
  assert.equal(refusalText([{ name: "a", reason: "it is empty" }]), "“a” was left out: it is empty.");
  assert.equal(sizeText(1023), "1023 B");
  assert.equal(sizeText(1024 * 1024 * 1.5), "1.5 MB");
});

test("keys send, break lines and stop", () => {
  const key = (name, more = {}) => ({ key: name, ...more });
  assert.equal(actionFor(key("Enter")), "send");
  assert.equal(actionFor(key("Enter", { shiftKey: true })), "break");
  assert.equal(actionFor(key("Enter"), { enterBreaks: true }), "break");
  assert.equal(actionFor(key("Enter", { ctrlKey: true }), { enterBreaks: true }), "send");
  assert.equal(actionFor(key("Enter", { metaKey: true })), "send");
  assert.equal(actionFor(key("Enter", { isComposing: true })), null);
  assert.equal(actionFor(key("Enter", { keyCode: 229 })), null);
  assert.equal(actionFor(key("Escape")), null);
  assert.equal(actionFor(key("Escape"), { isBusy: true }), "stop");
  assert.equal(actionFor(key("ArrowUp"), { isEmpty: true }), "edit-last");
  assert.equal(actionFor(key("ArrowUp")), null);
});

test("the sidebar splits, marks and filters apps", () => {
  const apps = [
    { _id: "1", name: "Leads", runStatus: "streaming", hasPublishedVersion: false },
    { _id: "2", name: "Desk", toolRecoveryStatus: "fixing", runStatus: "streaming", hasPublishedVersion: true },
    { _id: "3", name: "Plans", runStatus: null, hasPublishedVersion: false },
  ];
  assert.deepEqual(apps.map(stateOf), ["working", "failing", "idle"]);
  assert.deepEqual(split(apps).private.map((app) => app._id), ["1", "3"]);
  assert.deepEqual(split(apps, " PL ").private.map((app) => app._id), ["3"]);
  assert.equal(stateOf(withStatuses(apps, { statuses: { 3: "pending" } })[2]), "working");
  assert.equal(stateOf(withStatuses(apps, {})[0]), "idle");
  assert.equal(stateOf(withStatuses(apps, { statuses: { 3: "completed" }, needsDecision: { 3: true } })[2]), "waiting");
  assert.equal(stateOf({ runStatus: "streaming", needsDecision: true }), "working");
});

test("the palette finds by beginning, word, part and letters, in that order", () => {
  const names = ["Lead tracker", "Tracker of leads", "Equipment", "Release"].map((label) => ({ label }));
  assert.deepEqual(match(names, "lea").map((entry) => entry.label), ["Lead tracker", "Tracker of leads", "Release"]);
  assert.equal(score("Equipment", "qpt") > 0, true);
  assert.equal(score("Equipment", "tq"), 0);
  assert.equal(match(names, "").length, 4);
});

test("cards of the provider step say what can be done", () => {
  const auth = { envKeyConfigured: false, cliLikelyConfigured: false };
  assert.equal(cardOf("claude-code", undefined).state, "missing");
  assert.equal(cardOf("claude-code", { available: true, auth }).state, "sign-in");
  assert.equal(cardOf("claude-code", { available: true, auth }, { isDemo: true }).state, "ready");
  assert.equal(cardOf("claude-code", { available: true, auth: { envKeyConfigured: true } }).state, "ready");
  assert.equal(cardOf("codex-cli", { available: true, auth }, { isOffered: false }).canUse, false);
  const boxless = { linuxBubblewrapRequired: true, linuxBubblewrapAvailable: false };
  assert.equal(cardOf("claude-code", { available: true, auth, features: boxless }).state, "setup");
  const broken = { available: false, auth, error: "It does not start inside the sandbox.", features: { installed: true, starts: false } };
  assert.deepEqual([cardOf("claude-code", broken).state, cardOf("claude-code", broken).detail], ["setup", broken.error]);
  const unboxed = { available: false, auth, error: "bubblewrap does not work here.", features: { ...boxless, installed: true, starts: true } };
  assert.equal(cardOf("claude-code", unboxed).state, "setup");
  const absent = { available: false, auth, error: "It is not installed.", features: { ...boxless, installed: false, starts: false } };
  assert.equal(cardOf("claude-code", absent).state, "missing");
  const message = "Claude Code 3 does not work with this version of Second: its session did not begin. <b>no</b>";
  const failed = { available: true, auth: { envKeyConfigured: true }, selfTest: { passed: false, code: "self_test_not_started", message } };
  const card = cardOf("claude-code", failed);
  assert.deepEqual([card.state, card.kind, card.detail, card.canUse], ["faulty", "bad", message, true]);
  assert.match(cardOf("claude-code", { ...failed, selfTest: { passed: false, code: "x" } }).detail, /Does not work with this version.*\(x\)/);
  assert.equal(cardOf("claude-code", { ...failed, selfTest: { passed: true } }).state, "ready");
  assert.equal(cardOf("claude-code", { ...failed, available: false }).state, "missing");
  assert.equal(isNoneReady([card]), true);
  assert.equal(isNoneReady([{ state: "sign-in" }, { state: "missing" }]), true);
  assert.equal(isNoneReady([{ state: "ready" }]), false);
});

test("waiting grows to thirty seconds", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 60].map(delayAfter), [1, 2, 4, 8, 16, 30, 30]);
});

test("times are said in words", () => {
  const now = new Date("2026-01-02T12:00:00Z");
  const ago = (seconds) => timeAgo(new Date(now - seconds * 1000), now, "en");
  assert.deepEqual([0, -5, 59, 60, 7200, 86_400].map(ago), [
    "just now", "just now", "just now", "1 minute ago", "2 hours ago", "yesterday",
  ]);
  assert.deepEqual([0, 7_999, 751_000, 3_723_000].map(duration), ["0:00", "0:07", "12:31", "1:02:03"]);
});
