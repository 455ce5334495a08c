// Documents written by one process and seen by another that watches the collection; see Sources/DocumentBench.
import { dirname, join } from "node:path";
import { Servers, processorSeconds } from "./servers.mjs";
import { delays, line, ms, perSecond, sideBySide } from "./shapes.mjs";
import { run } from "./support.mjs";

const count = 5000;
const writers = 8;

export async function documents(bench) {
  const program = process.env.SECOND_DOCUMENT_BENCH ?? join(dirname(bench.settings.binary), "DocumentBench");
  const measure = async (place) => JSON.parse(await run(program, [place, count, writers].map(String), { limit: 120 }));
  const embedded = await measure(join(bench.folder, "documents.sqlite"));
  const servers = await Servers.start(join(bench.folder, "documents"));
  const before = processorSeconds(servers.mongo.pid);
  const distributed = await measure(servers.database());
  const worked = processorSeconds(servers.mongo.pid) - before;
  await servers.end();
  const both = [embedded, distributed];
  for (const one of both) {
    if (one.delays.length !== count || one.writes.length !== count) throw new Error(`Only ${one.delays.length} were seen`);
  }
  sideBySide(`${count} documents of half a kilobyte by ${writers} writers, seen live`, [
    ...delays("from the begin of a write to the sight of it", both.map((one) => one.delays)),
    ...delays("the write alone", both.map((one) => one.writes)),
    line("written and seen a second", perSecond, both.map((one) => count / one.total * 1000)),
    line("the database server's processor time for one", ms, [NaN, worked * 1000 / count]),
  ]);
}
