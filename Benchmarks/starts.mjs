// From the start of a process to its first answer, with nothing there and with everything there, indexes included.
import { join } from "node:path";
import { Installation } from "./installation.mjs";
import { Second } from "./second.mjs";
import { Servers } from "./servers.mjs";
import { line, ms, sideBySide } from "./shapes.mjs";
import { median } from "./support.mjs";

const rounds = 5;

export async function starts(bench) {
  const folder = join(bench.folder, "starts");
  const servers = await Servers.start(folder);
  const embedded = await measure((place) => Second.start(bench.settings, join(folder, `up-${place}`), bench.agent));
  const worker = await measure((place) => Installation.worker(bench, servers, join(folder, `worker-${place}`)));
  const web = await measure((place) => Installation.web(
    bench, servers, join(folder, `web-${place}`), "http://127.0.0.1:9", { database: `starts${place}` }));
  await servers.end();
  const rows = (name, read) => [
    line(`a web, ${name}, median`, ms, [median(read(embedded)), median(read(web))]),
    line(`a web, ${name}, worst`, ms, [Math.max(...read(embedded)), Math.max(...read(web))]),
    line(`a worker, ${name}, median`, ms, [NaN, median(read(worker))]),
  ];
  sideBySide(`From the start of a process to its first answer, ${rounds} starts; embedded is both in one`, [
    ...rows("nothing there", (one) => one.first),
    ...rows("everything there", (one) => one.again),
  ]);
}

/** A new place and the first one, in turns. */
async function measure(launch) {
  const times = { first: [], again: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const [kind, place] of [["first", round], ["again", 0]]) {
      const second = await launch(place);
      times[kind].push(second.firstPage);
      await second.end();
    }
  }
  return times;
}
