// 20 of very many apps, from the start of the list and from its middle.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Installation } from "./installation.mjs";
import { python } from "./servers.mjs";
import { line, ms, perSecond, sideBySide } from "./shapes.mjs";
import { median, run } from "./support.mjs";

const page = 20;
const many = 100_000;
/** As many as the stand-in for MongoDB can be asked for in reasonable time: it reads and sorts the whole list for a page. */
const bearable = Number(process.env.SECOND_BENCH_STANDIN_APPS ?? 10_000);
const connections = 4;
const seconds = 6;

export async function catalog(bench) {
  const both = await Installation.onBoth(bench, "catalog", (installation) => measure(installation, bearable));
  const rows = [...figures(`${bearable} apps`, both)];
  if (bearable < many) {
    const embedded = await Installation.embedded(bench, "catalog-many");
    rows.push(...figures(`${many} apps`, [await measure(embedded, many), undefined]));
    await embedded.end();
  }
  sideBySide(`${page} of many apps as JSON, ${connections} connections`, rows);
}

function figures(name, both) {
  const place = (where) => [
    line(`${name}, from ${where}, p50`, ms, both.map((one) => one?.[where].p50 ?? NaN)),
    line(`${name}, from ${where}, p99`, ms, both.map((one) => one?.[where].p99 ?? NaN)),
    line(`${name}, from ${where}, requests/s`, perSecond, both.map((one) => one?.[where].rate ?? NaN)),
    line(`${name}, from ${where}, waited for the database in a request`, ms,
      both.map((one) => one?.[where].database ?? NaN)),
  ];
  return [...place("the start"), ...place("the middle")];
}

async function measure(installation, count) {
  const [web] = installation.webs;
  const original = await web.createApp("Original");
  const place = installation.servers?.database() ?? join(installation.folder, "second.sqlite");
  const script = join(dirname(fileURLToPath(import.meta.url)), "seed.py");
  await run(python, [script, place, web.workspace, String(count)]);
  const path = `/api/workspaces/${web.workspace}/apps?limit=${page}`;
  const middle = Math.floor(count / 2);
  const seeded = (from) => Array.from({ length: page }, (_, place) => id(from - place));
  const first = [original.id, ...seeded(count - 1).slice(0, page - 1)];
  const result = {};
  for (const [name, url, expected] of [
    ["the start", path, first],
    ["the middle", `${path}&cursor=${id(middle)}`, seeded(middle - 1)],
  ]) {
    await check(web, url, expected);
    // The page behind it, by the cursor that the answer gave.
    const cursor = expected.at(-1);
    await check(web, `${path}&cursor=${cursor}`, seeded(Number.parseInt(cursor, 16) - 2));
    const took = await check(web, url, expected);
    result[name] = took < 2000 ? await load(web, url, installation) : await crawl(web, url, expected, installation);
    await check(web, url, expected);
  }
  return result;
}

/** The id of a copy; see seed.py. */
const id = (number) => (number + 1).toString(16).padStart(24, "0");

/** Milliseconds of one request, whose answer must be this page. */
async function check(web, url, expected) {
  const began = performance.now();
  const { items, nextCursor } = await web.json("GET", url);
  const found = items.map((item) => item.id);
  if (found.join() !== expected.join() || nextCursor !== expected.at(-1)) {
    throw new Error(`A wrong page at ${url}: ${found} and ${nextCursor} instead of ${expected}`);
  }
  return performance.now() - began;
}

/** Three requests, one after the other, where few would be answered in the time of a load. */
async function crawl(web, url, expected, installation) {
  await installation.costs();
  const took = [];
  for (let number = 0; number < 3; number += 1) took.push(await check(web, url, expected));
  const { database } = await installation.costs();
  const sum = took.reduce((all, one) => all + one);
  return { p50: median(took), p99: Math.max(...took), rate: 3000 / sum, database: database / 3 };
}

async function load(web, url, installation) {
  await installation.costs();
  const wrote = await run("wrk", [
    "-t1", `-c${connections}`, `-d${seconds}s`, "--latency", "--timeout", "60s", "-H", `Cookie: ${web.cookie}`,
    web.url + url,
  ]);
  if (/Non-2xx|Socket errors/.test(wrote)) throw new Error(wrote);
  const time = (share) => {
    const [, value, unit] = new RegExp(`^\\s+${share}%\\s+([\\d.]+)(us|ms|s|m)\\s*$`, "m").exec(wrote) ?? [];
    return Number(value) * { us: 0.001, ms: 1, s: 1000, m: 60_000 }[unit];
  };
  const requests = Number(/(\d+) requests in/.exec(wrote)[1]);
  const { database } = await installation.costs();
  return {
    p50: time(50), p99: time(99), rate: Number(/Requests\/sec:\s+([\d.]+)/.exec(wrote)[1]), database: database / requests,
  };
}
