// One turn that streams to many viewers on two webs (in the embedded shape, twice the same one).
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Installation } from "./installation.mjs";
import { delays, line, ms, sideBySide } from "./shapes.mjs";
import { percentile, start, until } from "./support.mjs";

const chunks = 1000;
const every = 20;
const viewers = 200;

export async function fanout(bench) {
  const both = await Installation.onBoth(bench, "fanout", measure);
  const rows = delays("delay", both.map((one) => one.delays));
  for (const [name, share] of [["p50", 0.5], ["p99", 0.99]]) {
    rows.push(line(`from the first to the last viewer, ${name}`, ms, both.map((one) => percentile(one.widths, share))));
  }
  rows.push(line("waited for the bus, in a chunk", ms, both.map((one) => one.costs.bus / chunks)));
  sideBySide(`${chunks} chunks, one in ${every} ms, to ${viewers} viewers, half of them on each web: from the CLI's stdout to a `
    + "viewer's socket", rows);
}

async function measure(installation) {
  const [first] = installation.webs;
  const app = await first.createApp("Fan-out");
  const path = await first.createRun(app.id);
  await installation.costs();
  const turn = await first.send(path, `bench-chunks count=${chunks} every=${every} after=4000`);
  const ended = turn.text();
  const crowds = installation.webs.map((web) => crowd(web, `${path}/chat/stream`, viewers / 2));
  const seen = await Promise.all(crowds);
  const costs = await installation.costs();
  if (!(await ended).endsWith("data: [DONE]\n\n")) throw new Error("The turn did not end as it should");
  for (const { counts, disorder } of seen) {
    if (counts.length !== viewers / 2 || counts.some((count) => count !== chunks)) {
      throw new Error(`Viewers saw ${Math.min(...counts)} to ${Math.max(...counts)} of ${chunks} chunks`);
    }
    if (disorder) throw new Error(`${disorder} chunks came out of order`);
  }
  // What the widest spread is, is a matter of both webs' viewers together.
  const widths = [];
  const times = new Map(seen[0].spread);
  for (const [stamp, [from, to]] of seen[1].spread) {
    const [otherFrom, otherTo] = times.get(stamp);
    widths.push((Math.max(to, otherTo) - Math.min(from, otherFrom)) / 1e6);
  }
  return { delays: seen.flatMap((one) => one.delays), widths, costs };
}

/** Viewers that come before the first chunk and stay to the stream's end. */
async function crowd(web, path, count) {
  const script = join(dirname(fileURLToPath(import.meta.url)), "viewers.mjs");
  const program = start(process.execPath, [script, web.port, path, web.cookie, count, "end"].map(String));
  const said = await until("the viewers' figures", 90_000, () => program.wrote.endsWith("}\n") && program.wrote, 50);
  program.stdin.end();
  await program.ended;
  const found = JSON.parse(said.split("attached\n")[1]);
  if (found.refused) throw new Error(`${found.refused} of ${count} viewers were refused: ${found.reason}`);
  return found;
}
