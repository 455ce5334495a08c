// bench.mjs [PART ...]: measures, prints tables, passes no judgement. Started by scripts/bench.
import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { catalog } from "./catalog.mjs";
import { documents } from "./documents.mjs";
import { fanout } from "./fanout.mjs";
import { Second } from "./second.mjs";
import { starts } from "./starts.mjs";
import { turns } from "./turns.mjs";
import { end, endAll, freePort, median, percentile, residentKilobytes, run, start, table, until } from "./support.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const settings = { binary: process.env.SECOND_BINARY, toolchain: process.env.SECOND_TOOLCHAIN_DIR };
const folder = mkdtempSync(join(tmpdir(), "second-bench-"));
const agent = join(folder, "claude");
copyFileSync(join(here, "agent.cjs"), agent);
chmodSync(agent, 0o755);

const ratio = (ours, theirs) => `${(ours / theirs).toFixed(2)} ×`;
const ms = (value) => `${value.toFixed(value < 10 ? 2 : 0)} ms`;

/** Node's plain server; its port is the first thing that it says. */
async function plain(...args) {
  const server = start(process.execPath, [join(here, "plain-server.mjs"), ...args]);
  server.port = Number(await until("the plain server", 5000, () => /^\d+\n/.exec(server.wrote)?.[0]));
  return server;
}

// --- A list of 20 apps as JSON --------------------------------------------------------------------------------------

async function list() {
  const second = await Second.start(settings, join(folder, "list"), agent);
  await second.settle();
  for (let number = 1; number <= 20; number += 1) await second.createApp(`Lead tracker ${number}`);
  const path = `/api/workspaces/${second.workspace}/apps`;
  const text = await (await second.ask("GET", path)).text();
  if (JSON.parse(text).items.length !== 20) throw new Error("The list is not what it should be");
  const captured = join(folder, "list.json");
  writeFileSync(captured, text);
  const node = await plain("list", captured);
  const wrk = async (url, seconds) => {
    const wrote = await run("wrk", ["-t1", "-c64", `-d${seconds}s`, "-H", `Cookie: ${second.cookie}`, url]);
    if (/Non-2xx/.test(wrote)) throw new Error(wrote);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(wrote)[1]);
  };
  const targets = {
    second: second.url + path, health: `${second.url}/api/health`,
    parsed: `http://127.0.0.1:${node.port}/parsed`, constant: `http://127.0.0.1:${node.port}/constant`,
  };
  const rates = { second: [], busy: [], health: [], parsed: [], constant: [] };
  for (const url of Object.values(targets)) await wrk(url, 2);
  // In turns, so that a change of the machine's mood meets everybody.
  for (let round = 0; round < 3; round += 1) {
    for (const [name, url] of Object.entries(targets)) rates[name].push(await wrk(url, name === "health" ? 2 : 5));
    const renaming = renameOften(second, 100);
    rates.busy.push(await wrk(targets.second, 5));
    await renaming();
  }
  const rate = Object.fromEntries(Object.entries(rates).map(([name, values]) => [name, median(values)]));
  const row = (name, key) => [name, Math.round(rate[key]), ratio(rate.second, rate[key])];
  table(`A list of 20 apps as JSON, ${Buffer.byteLength(text)} bytes, 64 connections (goal 1.2 ×)`,
    ["server", "requests/s", "Second is"], [
      row("Second: session, role and list", "second"),
      row("Second, while an app is renamed every 0.1 s", "busy"),
      row("Node http, JSON.stringify", "parsed"),
      row("Node http, constant bytes", "constant"),
      row("Second, /api/health: no session, no database", "health"),
    ]);
  console.log(`\nMemory after the load: Second ${mb(second.child.pid)}, Node ${mb(node.pid)}.`);
  await second.end();
  await end(node);
}

/** Renames one app again and again, so that nothing that was remembered of it holds for long. */
function renameOften(second, every) {
  let isOver = false;
  const done = (async () => {
    const app = (await second.json("GET", `/api/workspaces/${second.workspace}/apps`)).items[0].id;
    for (let number = 0; !isOver; number += 1) {
      await second.json("PATCH", `/api/workspaces/${second.workspace}/apps/${app}`, { name: `Renamed ${number}` });
      await sleep(every);
    }
  })();
  return () => {
    isOver = true;
    return done;
  };
}

const mb = (pid) => `${(residentKilobytes(pid) / 1024).toFixed(0)} MB`;

// --- Streams --------------------------------------------------------------------------------------------------------

async function nginx(upstream) {
  const port = await freePort();
  const file = join(folder, `nginx-${port}.conf`);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${join(folder, `nginx-${name}`)};`).join("\n");
  writeFileSync(file, `
    daemon off; master_process off; pid ${join(folder, `nginx-${port}.pid`)}; error_log stderr crit;
    events { worker_connections 16384; }
    http {
      access_log off; ${temporary}
      server {
        listen 127.0.0.1:${port} backlog=4096;
        location / {
          proxy_pass http://127.0.0.1:${upstream}; proxy_http_version 1.1; proxy_set_header Connection "";
          proxy_buffering off; proxy_read_timeout 300s;
        }
      }
    }`);
  const server = start("nginx", ["-c", file, "-p", folder]);
  server.port = port;
  await until("nginx", 5000, () => fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1000) })
    .then((answer) => answer.body.cancel().then(() => true), () => false), 20);
  return server;
}

async function watch(port, path, cookie, count, seconds, whenAttached = () => {}) {
  const viewers = start(process.execPath, [join(here, "viewers.mjs"), port, path, cookie, count, seconds].map(String));
  await until(`${count} viewers`, 120_000, () => viewers.wrote.includes("attached"), 20);
  const line = await until("the viewers' figures", 60_000, () => {
    const [, rest] = viewers.wrote.split("attached\n");
    return rest?.endsWith("\n") && rest;
  }, 50);
  await whenAttached();
  viewers.stdin.end();
  await viewers.ended;
  const found = JSON.parse(line);
  if (found.refused) throw new Error(`${found.refused} of ${count} viewers were refused: ${found.reason}`);
  if (!found.received) throw new Error("The viewers saw nothing");
  return found;
}

async function stream() {
  const second = await Second.start(settings, join(folder, "stream"), agent);
  await second.settle();
  const rows = [];
  for (const [count, every, seconds] of [[1, 5, 6], [200, 50, 6]]) {
    const figures = { second: [], nginx: [] };
    for (let round = 0; round < 2; round += 1) {
      const { path } = await turn(second, every);
      figures.second.push(await watch(second.port, `${path}/chat/stream`, second.cookie, count, seconds));
      await second.json("POST", `${path}/chat/stop`, {});
      const source = await plain("stream", String(every));
      const proxy = await nginx(source.port);
      figures.nginx.push(await watch(proxy.port, "/", "none=1", count, seconds));
      await end(proxy);
      await end(source);
    }
    for (const [name, of, share] of [
      ["delay, p50", "delays", 0.5], ["delay, p99", "delays", 0.99],
      ...(count > 1 ? [["first to last viewer, p50", "widths", 0.5]] : []),
    ]) {
      const [ours, theirs] = [figures.second, figures.nginx]
        .map((all) => percentile(all.flatMap((one) => one[of]), share));
      rows.push([count, name, ms(ours), ms(theirs), ratio(ours, theirs)]);
    }
  }
  table("A chunk's way from the source's write to a viewer's socket (goal 1.0 × or less)",
    ["viewers", "figure", "Second, from the CLI's stdout", "nginx, from Node's http", "Second takes"], rows);
  await second.end();
}

async function viewers() {
  const memory = [];
  for (const count of [1000, 5000]) {
    // A process each: memory that a first crowd leaves behind would hide what a second one takes.
    const second = await Second.start(settings, join(folder, `viewers-${count}`), agent);
    await second.settle();
    const { path } = await turn(second, 500);
    await sleep(1000);
    const before = residentKilobytes(second.child.pid);
    let after;
    await watch(second.port, `${path}/chat/stream`, second.cookie, count, 4, () => {
      after = residentKilobytes(second.child.pid);
    });
    memory.push([count, `${(before / 1024).toFixed(0)} MB`, `${(after / 1024).toFixed(0)} MB`,
      `${((after - before) / count).toFixed(1)} kB`]);
    await second.end();
  }
  table("Resident memory with viewers of one run (goal 8 kB each at 5,000)",
    ["viewers", "before", "with them", "each"], memory);
}

/** A running turn that streams a delta in every so many milliseconds, for at most a minute and a half. */
async function turn(second, every) {
  const app = await second.createApp(`Streams ${every} ${Math.random()}`);
  const { path, answer } = await second.turn(app.id, `bench-stream every=${every} seconds=90`);
  const reader = answer.body.getReader();
  let text = "";
  const limit = performance.now() + 20_000;
  while (!text.includes("@")) {
    const { value, done } = await reader.read();
    if (done || performance.now() > limit) throw new Error(`The turn said nothing: ${text}`);
    text += Buffer.from(value).toString("latin1");
  }
  await reader.cancel();
  return { path };
}

// --- done_building --------------------------------------------------------------------------------------------------

async function build() {
  const took = { first: [], again: [], changed: [] };
  for (let round = 0; round < 5; round += 1) {
    // A new process each time: its compiler is as cold as after a start.
    const second = await Second.start(settings, join(folder, `build-${round}`), agent);
    await second.settle();
    const app = await second.createApp("Template");
    const { answer } = await second.turn(app.id, "bench-build");
    const text = [...(await answer.text()).matchAll(/"delta":"((?:[^"\\]|\\.)*)"/g)]
      .map((match) => JSON.parse(`"${match[1]}"`)).join("");
    for (const [, name, time, end] of text.matchAll(/#(\w+):([\d.]+):(\w+)#/g)) {
      if (end !== "complete") throw new Error(`done_building: ${text}`);
      took[name].push(Number(time));
    }
    if (took.changed.length !== round + 1) throw new Error(`done_building gave no figures: ${text.slice(0, 500)}`);
    await second.end();
  }
  const row = (name, key, goal) => [name, ms(median(took[key])), ms(Math.max(...took[key])), goal];
  table("done_building on the untouched template, as the agent sees it, median and worst of 5",
    ["call", "median", "worst", "goal"], [
      row("first of a process (cold)", "first", "900 ms"),
      row("again, nothing changed (warm)", "again", "300 ms"),
      row("after a change (warm)", "changed", "300 ms"),
    ]);
}

// --- Start ----------------------------------------------------------------------------------------------------------

async function startUp() {
  const first = [];
  const later = [];
  const idle = [];
  for (let round = 0; round < 10; round += 1) {
    for (const [times, data] of [[first, `start-${round}`], [later, "start-0"]]) {
      const second = await Second.start(settings, join(folder, data), agent);
      times.push(second.firstPage);
      if (times === later) {
        await sleep(1000);
        idle.push(residentKilobytes(second.child.pid));
      }
      await second.end();
    }
  }
  table("From the start of the process to its first page, 10 starts",
    ["", "median", "worst", "goal"], [
      ["an empty data folder", ms(median(first)), ms(Math.max(...first)), ""],
      ["a data folder that is there", ms(median(later)), ms(Math.max(...later)), "150 ms"],
      ["memory one second after it", `${(median(idle) / 1024).toFixed(1)} MB`,
        `${(Math.max(...idle) / 1024).toFixed(1)} MB`, "60 MB"],
    ]);
}

const bench = { settings, folder, agent };
const parts = { list, stream, viewers, build, start: () => startUp().then(() => starts(bench)), turns, fanout, catalog, documents };
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(parts);
let code = 0;
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => endAll().finally(() => process.exit(130)));
console.log(`${cpus().length} cores (${cpus()[0].model}), ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`);
for (const name of wanted) {
  try {
    if (!parts[name]) throw new Error(`There is no such measurement; there are ${Object.keys(parts).join(", ")}`);
    await parts[name](bench);
  } catch (error) {
    console.error(`\n${name} could not be measured: ${error.stack ?? error}`);
    code = 1;
  }
  await endAll();
}
rmSync(folder, { recursive: true, force: true });
process.exit(code);
