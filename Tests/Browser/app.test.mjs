import assert from "node:assert/strict";
import test from "node:test";
import { Accumulator } from "../../Web/modules/app/accumulate.js";
import { isFound, people } from "../../Web/modules/app/collaborators.js";
import { approvalText } from "../../Web/modules/app/cards.js";
import { buildTree, changedPaths, firstFile, foldersOf, savedPath, visibleRows } from "../../Web/modules/app/file-tree.js";
import { highlight, highlightLines } from "../../Web/modules/app/highlight.js";
import { fit } from "../../Web/modules/app/layout-width.js";
import { headingLevel, settledEnd } from "../../Web/modules/app/markdown.js";
import { linkTo, linkedID } from "../../Web/modules/app/message-link.js";
import { usageText } from "../../Web/modules/app/usage.js";
import { isSafe } from "../../Web/modules/app/preview.js";

const files = ["src/App.tsx", "src/ui/b.tsx", "src/ui/a.tsx", "index.html", "a.txt"].map((path) => ({ path, hash: path, size: 1 }));

test("folders come before files, both by name, and only open ones show what is in them", () => {
  const rows = visibleRows(buildTree(files), new Set(["src"]));
  assert.deepEqual(rows.map(({ path, depth }) => [path, depth]),
    [["src", 1], ["src/ui", 2], ["src/App.tsx", 2], ["a.txt", 1], ["index.html", 1]]);
  assert.deepEqual(foldersOf("src/ui/a.tsx"), ["src", "src/ui"]);
});

test("the app's own component is opened first", () => {
  assert.equal(firstFile(files), "src/App.tsx");
  assert.equal(firstFile([{ path: "z.txt" }]), "z.txt");
  assert.equal(firstFile([]), undefined);
});

test("new and altered files are changed, equal and removed ones are not", () => {
  const after = [{ path: "a.txt", hash: "other" }, { path: "index.html", hash: "index.html" }, { path: "new", hash: "n" }];
  assert.deepEqual(changedPaths(files, after), ["a.txt", "new"]);
});

test("a tool's path leads to the saved file, from whatever folder it worked in", () => {
  assert.equal(savedPath("/workspace/app/src/App.tsx", files), "src/App.tsx");
  assert.equal(savedPath("./index.html", files), "index.html");
  assert.equal(savedPath("/x/not-index.html", files), null);
});

test("colouring loses and adds no character", () => {
  const texts = ["const a = `x${1}`; // <b>\n", "/* open", "'open\nnext", "a\n\n\nb", "<div className=\"x\">é</div>", ""];
  for (const text of texts) {
    for (const path of ["a.tsx", "a.css", "a.json", "a.html", "a.unknown"]) {
      assert.equal(highlight(text, path).map((run) => run.text).join(""), text);
      assert.equal(highlightLines(text, path).map((line) => line.map((run) => run.text).join("")).join("\n"), text);
    }
  }
});

test("words of the language and comments are told apart", () => {
  const kinds = Object.fromEntries(highlight("return 12 // done", "a.ts").map((run) => [run.text, run.kind]));
  assert.equal(kinds.return, "keyword");
  assert.equal(kinds["12"], "number");
  assert.equal(kinds["// done"], "comment");
});

test("a megabyte on one line is coloured in no time", () => {
  const started = performance.now();
  highlight(`const a = "${"x".repeat(1_000_000)}";`, "a.ts");
  highlight("a ".repeat(90_000), "a.ts");
  highlight("a".repeat(200_000), "a.css");
  assert.ok(performance.now() - started < 1500);
});

test("both sides keep their least width, the conversation first", () => {
  assert.equal(fit(400, 1200), 400);
  assert.equal(fit(100, 1200), 320);
  assert.equal(fit(5000, 1200), 840);
  assert.equal(fit(400, 500), 320);
});

test("text is settled up to the last empty line outside a code block", () => {
  assert.equal(settledEnd("one\n\ntwo"), 5);
  assert.equal(settledEnd("```\na\n\nb"), 0);
  assert.equal(settledEnd("```\na\n\n```\n\nb"), 12);
  assert.equal(settledEnd("one"), 0);
});

test("only our own preview is framed", () => {
  assert.ok(isSafe("/preview/abc.DEF-1_2/"));
  for (const address of ["https://evil.example/preview/x/", "//evil.example/preview/x/", "/preview/../api/", "/api/x", "javascript:1", undefined]) {
    assert.ok(!isSafe(address), String(address));
  }
});

test("an approval names what was left out and what was described anew", () => {
  const features = [{ name: "List" }, { name: "History" }];
  assert.equal(approvalText(features, new Set(), new Map()), "I approve the plan. Go ahead and build it.");
  assert.equal(approvalText(features, new Set([1]), new Map([[0, "With filters."], [1, "Gone."]])),
    "I approve the plan with these changes. Go ahead and build it.\n\nLeave out: History.\n\nDescribed anew:\n- List: With filters.");
});

test("late, repeated and interleaved chunks neither double nor drop anything", () => {
  const accumulator = new Accumulator();
  const chunks = [
    { type: "start", messageId: "m" },
    { type: "text-start", id: "t1" }, { type: "text-delta", id: "t1", delta: "a" }, { type: "text-end", id: "t1" },
    { type: "text-delta", id: "t1", delta: "LATE" },
    { type: "tool-input-start", toolCallId: "x", toolName: "Bash", dynamic: true },
    { type: "tool-input-start", toolCallId: "y", toolName: "Read", dynamic: true },
    { type: "tool-input-delta", toolCallId: "x", inputTextDelta: '{"command":"l' },
    { type: "tool-input-delta", toolCallId: "y", inputTextDelta: '{"file_path":"a"' },
    { type: "tool-input-available", toolCallId: "y", toolName: "Read", input: { file_path: "a.ts" }, dynamic: true },
    { type: "tool-input-error", toolCallId: "x", toolName: "Bash", input: { command: "l" }, errorText: "cut", dynamic: true },
    { type: "tool-output-available", toolCallId: "y", output: "1", dynamic: true },
    { type: "tool-output-available", toolCallId: "y", output: "2", dynamic: true },
    { type: "text-start", id: "t1" }, { type: "text-delta", id: "t1", delta: "b" }, { type: "text-end", id: "t1" },
    { type: "unheard-of" }, { type: "finish" },
  ];
  for (const chunk of chunks) accumulator.add(chunk);
  assert.deepEqual(accumulator.message.parts, [
    { type: "text", text: "a", state: "done" },
    { type: "dynamic-tool", toolName: "Bash", toolCallId: "x", state: "output-error", input: { command: "l" }, errorText: "cut" },
    { type: "dynamic-tool", toolName: "Read", toolCallId: "y", state: "output-available", input: { file_path: "a.ts" }, output: "2" },
    { type: "text", text: "b", state: "done" },
  ]);
  assert.ok(accumulator.finished);
});

test("usage is told in short, and as the difference of a turn", () => {
  const total = { totalInputTokens: 2000, totalCacheReadTokens: 10_300, totalCacheCreationTokens: 0, totalOutputTokens: 2100, totalCostUsd: 0.1234 };
  const before = { ...total, totalOutputTokens: 2000, totalCostUsd: 0.1 };
  assert.equal(usageText(total, null, "en"), "12.3K tokens in, 2.1K out, $0.12");
  assert.equal(usageText(total, before, "en"), "0 tokens in, 100 out, $0.023");
  assert.equal(usageText(total, total, "en"), null);
  assert.equal(usageText(null, null, "en"), null);
});

test("headings of an answer start below the page's own and leave no level out", () => {
  const levels = (marks) => marks.reduce((all, count) => [...all, headingLevel(count, all.at(-1) ?? 1)], []);
  assert.deepEqual(levels([1, 2, 3]), [2, 3, 4]);
  assert.deepEqual(levels([3, 3, 1, 4]), [2, 3, 2, 3]);
  assert.deepEqual(levels([1, 2, 3, 4, 5, 6, 6]), [2, 3, 4, 5, 6, 6, 6]);
});

test("a link to a message keeps the shown version and leads back to the message", () => {
  const link = new URL(linkTo("a/b c#1", "http://host.test/w/acme/apps/1?v=draft#message-old"));
  assert.equal(link.origin + link.pathname + link.search, "http://host.test/w/acme/apps/1?v=draft");
  assert.equal(linkedID(link.hash), "a/b c#1");
});

test("other fragments name no message", () => {
  for (const fragment of ["", "#main", "#message-", "#message-%", "message-1"]) assert.equal(linkedID(fragment), null);
});

test("the creator comes first, then the collaborators, then everybody else, by name", () => {
  const member = (userId, displayName) => ({ userId, displayName, email: `${userId}@example.test`, role: "member" });
  const members = [member("4", "Cy"), member("3", "Bo"), member("2", "Dan"), member("1", "Eve")];
  const rows = people(members, { createdByUserId: "1", collaboratorUserIds: ["2", "gone"] });
  assert.deepEqual(rows.map(({ name, isCreator, isIn }) => [name, isCreator, isIn]),
    [["Eve", true, false], ["Dan", false, true], ["Bo", false, false], ["Cy", false, false]]);
});

test("people are found by parts of their name and address, in any order", () => {
  const row = { name: "Ada Lovelace", email: "ada@example.test" };
  for (const search of ["", "love ada", "EXAMPLE", " ada "]) assert.equal(isFound(row, search), true, search);
  assert.equal(isFound(row, "ada byron"), false);
});
