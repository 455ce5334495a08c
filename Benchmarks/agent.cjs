#!/usr/bin/env node
// Plays the coding agent: speaks its line protocol on stdin and stdout and asks no model. What it does comes from the
// prompt: `bench-stream every=5 seconds=20` writes deltas that carry the time of their writing, `bench-chunks count=1000
// every=20 after=3000` writes that many of them, `bench-build` calls done_building and writes how long each call took,
// `bench-say` says a sentence.
"use strict";
const { readFileSync, appendFileSync } = require("node:fs");
const { randomUUID } = require("node:crypto");

if (process.argv.includes("--version")) {
  console.log("2.1.329 (Claude Code)");
  process.exit(0);
}

const value = (name) => {
  const index = process.argv.indexOf(name);
  return index < 0 ? undefined : process.argv[index + 1];
};
const servers = JSON.parse(readFileSync(value("--mcp-config"), "utf8")).mcpServers;
const write = (line) => process.stdout.write(JSON.stringify(line) + "\n");
const event = (event) => write({ type: "stream_event", event, session_id: session, parent_tool_use_id: null });
const delta = (text) => event({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text } });
const session = randomUUID();
let timer;

function begin() {
  const connected = Object.keys(servers).map((name) => ({ name, status: "connected" }));
  write({ type: "system", subtype: "init", session_id: session, mcp_servers: connected });
  const usage = { input_tokens: 1, output_tokens: 1 };
  event({ type: "message_start", message: { id: "m1", model: "bench", role: "assistant", content: [], usage } });
  event({ type: "content_block_start", index: 0, content_block: { type: "text", text: "" } });
}

function finish() {
  clearInterval(timer);
  event({ type: "content_block_stop", index: 0 });
  event({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } });
  event({ type: "message_stop" });
  write({
    type: "result", subtype: "success", is_error: false, result: "done", duration_ms: 1, num_turns: 1,
    session_id: session, model_usage_since_last_result: {},
  });
}

function stream(every, seconds) {
  const last = Date.now() + seconds * 1000;
  timer = setInterval(() => {
    if (Date.now() > last) return finish();
    delta(`@${process.hrtime.bigint()}@ a few words `);
  }, every);
}

function chunks(count, every) {
  let left = count;
  timer = setInterval(() => {
    if (left === 0) return finish();
    left -= 1;
    delta(`@${process.hrtime.bigint()}@ a few words `);
  }, every);
}

async function build() {
  const server = servers.second;
  const call = async (what) => {
    const began = process.hrtime.bigint();
    const answer = await fetch(server.url, {
      method: "POST",
      headers: { ...server.headers, "content-type": "application/json", accept: "application/json, text/event-stream" },
      body: JSON.stringify({
        jsonrpc: "2.0", id: what, method: "tools/call",
        params: { name: "done_building", arguments: { summary: "Measured." } },
      }),
    });
    const text = await answer.text();
    const took = Number(process.hrtime.bigint() - began) / 1e6;
    delta(`#${what}:${took.toFixed(1)}:${/complete/.test(text) && answer.ok ? "complete" : "failed"}# `);
    if (!/complete/.test(text)) delta(text.slice(0, 500).replaceAll("#", " "));
  };
  await call("first");
  await call("again");
  // Longer than this takes a model to write a change.
  await new Promise((resolve) => setTimeout(resolve, 5000));
  appendFileSync("src/App.tsx", "\nexport const change = 1;\n");
  await call("changed");
  finish();
}

let rest = "";
process.stdin.on("data", (bytes) => {
  const lines = (rest + bytes).split("\n");
  rest = lines.pop();
  for (const line of lines) {
    const message = JSON.parse(line);
    if (message.type === "control_request" && message.request.subtype === "interrupt") finish();
    if (message.type !== "user") continue;
    begin();
    const [, every, seconds] = /bench-stream every=(\d+) seconds=(\d+)/.exec(line) ?? [];
    const [, count, pace, after] = /bench-chunks count=(\d+) every=(\d+) after=(\d+)/.exec(line) ?? [];
    if (every) stream(Number(every), Number(seconds));
    else if (count) setTimeout(chunks, Number(after), Number(count), Number(pace));
    else if (line.includes("bench-say")) { delta("This is what you asked for."); finish(); }
    else if (line.includes("bench-build")) build().catch((error) => { delta(`#error:0:${error}#`); finish(); });
    else finish();
  }
});
process.stdin.on("end", () => process.exit(0));
