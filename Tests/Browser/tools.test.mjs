import assert from "node:assert/strict";
import test from "node:test";
import { countOf, exitCode, hostAndPath, isInternal, readCommand, sourcesOf } from "../../Web/modules/app/tool-meaning.js";
import { fieldOf, isAddress, isFine } from "../../Web/modules/onboarding/field-rules.js";

test("plain reads are named, whatever could do more is a command", () => {
  assert.deepEqual(readCommand("cat src/App.tsx"), { verb: "Read", object: "src/App.tsx" });
  assert.deepEqual(readCommand("ls -la src"), { verb: "List", object: "src" });
  assert.deepEqual(readCommand('grep -rn "useState" src'), { verb: "Search", object: "useState src" });
  for (const command of ["cat a; rm b", "cat a > b", "cat $(x)", "cat `x`", "ls && x", "ls | sh", "find . -delete", "find . -exec rm {}", "rg --pre sh x", "catx", "", null,
    "constructor", "cat a\nrm b", "sed -i s/a/b/ x"]) {
    assert.equal(readCommand(command), null, String(command));
  }
});

test("exit codes are found where runtimes put them", () => {
  assert.equal(exitCode({ errorText: "Exit code 2\nno such file" }), 2);
  assert.equal(exitCode({ output: [{ type: "text", text: '{"output":"x","exit_code":0}' }] }), 0);
  assert.equal(exitCode({ output: "fine" }), null);
  assert.equal(exitCode({ errorText: "the text says exit code 2" }), null);
});

test("sources of a search are links that may be followed", () => {
  const text = 'Web search results for query: "x"\n\nLinks: [{"title":"A","url":"https://a.example/b"},{"title":"B","url":"javascript:1"},null]\n\nmore';
  assert.deepEqual(sourcesOf([{ type: "text", text }]), [{ title: "A", url: "https://a.example/b", host: "a.example" }]);
  for (const output of ["Links: [", "Links: {}", "", null, "Links: [7"]) assert.deepEqual(sourcesOf(output), []);
  assert.equal(hostAndPath("ftp://x"), null);
});

test("what was read and found is counted", () => {
  const part = (toolName, output) => ({ toolName, state: "output-available", output });
  assert.equal(countOf(part("Read", "a\nb\n")), "2 lines");
  assert.equal(countOf(part("Grep", "No matches found")), "0 results");
  assert.equal(countOf(part("Glob", "a")), "1 result");
  assert.equal(countOf({ ...part("Glob", "a"), preliminary: true }), null);
  assert.ok(isInternal("ToolSearch") && !isInternal("Read"));
});

test("an address is what the server takes for one", () => {
  for (const text of ["a@b.c", "ü@x.de", "a@b..c", `${"a".repeat(248)}@bc.de`]) assert.ok(isAddress(text), text);
  for (const text of ["", "a@b", "a@b@c.d", "a@.cd", "a@cd.", "@b.c", "a b@c.d", "a@", "a\u0001@b.c", `${"a".repeat(250)}@bc.de`]) assert.ok(!isAddress(text), text);
});

test("fields are checked as the server checks them", () => {
  const name = (value) => isFine({ type: "text", value, required: true, minLength: 2, maxLength: 80 });
  assert.deepEqual(["", " a ", "ab", "a".repeat(80), "a".repeat(81)].map(name), [false, false, true, true, false]);
  assert.ok(isFine({ type: "text", value: " ", required: false, minLength: 2, maxLength: 80 }));
  assert.equal(fieldOf("invalid_workspace"), "workspaceName");
  assert.equal(fieldOf("unknown"), null);
});
