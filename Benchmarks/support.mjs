// What all measurements share: processes that end, numbers, tables.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const running = new Set();

/** Starts a process that `endAll` ends at the latest. Its stderr is kept for error messages. */
export function start(command, args, { env, cwd } = {}) {
  const child = spawn(command, args, { env: env ?? process.env, cwd, stdio: ["pipe", "pipe", "pipe"] });
  child.said = "";
  child.wrote = "";
  child.stdout.on("data", (bytes) => { child.wrote = (child.wrote + bytes).slice(-(4 << 20)); });
  child.stderr.on("data", (bytes) => { child.said = (child.said + bytes).slice(-65536); });
  child.ended = new Promise((resolve) => {
    child.on("exit", (code, signal) => { running.delete(child); resolve(code ?? signal); });
    child.on("error", (error) => { running.delete(child); child.said += error; resolve("error"); });
  });
  running.add(child);
  return child;
}

/** Runs a process to its end, which is after `limit` seconds at the latest, and answers what it wrote. */
export async function run(command, args, { limit = 180, ...options } = {}) {
  const child = start(command, args, options);
  const killer = setTimeout(() => child.kill("SIGKILL"), limit * 1000);
  const code = await child.ended;
  clearTimeout(killer);
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${child.said}`);
  return child.wrote;
}

/** Asks the process to end, and makes it after five seconds. */
export async function end(child) {
  if (!running.has(child)) return;
  child.kill("SIGTERM");
  const late = new AbortController();
  const killer = sleep(5000, null, { signal: late.signal }).then(() => child.kill("SIGKILL"), () => {});
  await child.ended;
  late.abort();
  await killer;
}

export async function endAll() {
  await Promise.all([...running].map(end));
}

/** A port of loopback that nobody listens on at the moment. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Asks again until the answer is truthy, for at most the given milliseconds. */
export async function until(what, milliseconds, ask, pause = 5) {
  const limit = performance.now() + milliseconds;
  while (performance.now() < limit) {
    const answer = await ask();
    if (answer) return answer;
    await sleep(pause);
  }
  throw new Error(`Waited in vain: ${what}`);
}

/** Resident memory of a process in kilobytes. */
export function residentKilobytes(pid) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return NaN; // No /proc on this system.
  }
}

export function percentile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] : NaN;
}

export const median = (values) => percentile(values, 0.5);

export function table(title, head, rows) {
  const lines = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const text = (line) => `| ${line.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  console.log(`\n## ${title}\n`);
  console.log(text(lines[0]));
  console.log(`|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`);
  for (const line of lines.slice(1)) console.log(text(line));
}
